package org.uitto.testkit;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * Draws what clients of a replicated actor ask for. A pure function of the numbers it draws: the same numbers give the
 * same command.
 *
 * @param <Command> what the actor is told
 */
@FunctionalInterface
public interface CommandGenerator<Command> {
    /**
     * Draws one command.
     *
     * @param random where all chance in it comes from
     * @param replyTo whom it is to have answered; {@code replyTo.narrow()} fits whatever class the reply has
     */
    Command draw(SeededRandom random, ActorRef<Object> replyTo);
}
