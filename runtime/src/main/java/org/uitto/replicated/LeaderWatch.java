package org.uitto.replicated;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.replicated.ProxyInput.LeaderIs;

/**
 * The proxies that have asked a replica who leads since that last changed, and so wait for the next leader. They are told at once:
 * they need not ask again and again. A proxy that is told nothing, since its question or the news was lost, asks again. Not
 * thread-safe.
 */
final class LeaderWatch {
    /** More proxies than anyone has; those that asked first are forgotten. */
    private static final int MAX_PROXIES = 10_000;

    private final Set<ActorRef<ProxyInput>> proxies = new LinkedHashSet<>();

    /** Has {@code proxy} told of the next leader. */
    void add(ActorRef<ProxyInput> proxy) {
        proxies.add(proxy);
        if (proxies.size() > MAX_PROXIES) {
            Iterator<ActorRef<ProxyInput>> first = proxies.iterator();
            first.next();
            first.remove();
        }
    }

    /** There is another leader. */
    void tell(LeaderIs news) {
        proxies.forEach(proxy -> proxy.tell(news));
        proxies.clear();
    }
}
