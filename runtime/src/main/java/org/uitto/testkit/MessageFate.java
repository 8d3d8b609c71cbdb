package org.uitto.testkit;

/** What can become of a message in the simulated network. A message may meet several, such as doubled and overtaken. */
public enum MessageFate {
    /** It was given to the network. */
    SENT,
    /** It, or a copy of it, was given to the receiver. */
    DELIVERED,
    /** It was lost by chance. */
    LOST,
    /** A copy of it was made. */
    DUPLICATED,
    /** It took longer than the usual range. */
    SLOW,
    /** It arrived after one that was sent later on the same link. */
    OVERTAKEN,
    /** A partition stopped it, when it was sent or under way. */
    CUT,
    /** Its receiver was down when it arrived. */
    RECEIVER_DOWN,
    /** Its sender was dead: a step that a death had cut short went on to send it. */
    SENDER_DEAD
}
