package org.uitto.replicated;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.replicated.ReplicaInput.Sending;

/**
 * Where a command came from.
 *
 * @param proxy gets the answer
 * @param sending the message that brought it
 * @param number the proxy's number of the command
 * @param replyTo whom the reply is for, if that is known: it then goes by way of the proxy
 * @param isLocal whether the proxy is in this process, so that the reply need not be bytes for it
 */
record Origin(
        ActorRef<ProxyInput> proxy, Sending sending, long number, Optional<ActorRef<Object>> replyTo, boolean isLocal) {
    CommandKey key() {
        return new CommandKey(sending.session(), number);
    }
}
