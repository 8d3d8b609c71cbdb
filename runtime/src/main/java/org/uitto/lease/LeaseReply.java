package org.uitto.lease;

import org.uitto.kryo.KryoSerializable;

/** What the registry answers. */
sealed interface LeaseReply extends KryoSerializable {
    /** The lease belongs to the claim that asked, for its timeout from when the registry got the question. */
    record Held() implements LeaseReply {}

    /** The lease does not belong to the claim that asked. */
    record NotHeld() implements LeaseReply {}

    /** The lease belongs to someone else. */
    record Taken(String owner) implements LeaseReply {}
}
