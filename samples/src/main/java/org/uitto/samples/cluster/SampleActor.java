package org.uitto.samples.cluster;

import com.typesafe.config.Config;
import org.uitto.Raft;
import org.uitto.ReplicatedActor;
import org.uitto.samples.counter.Counter;
import org.uitto.samples.hoard.Hoard;
import org.uitto.samples.kv.KeyedStore;
import org.uitto.samples.ledger.Ledger;

/** The replicated actors that a node of the samples can run. */
public enum SampleActor {
    /** A number to add to. */
    COUNTER(Counter.NAME) {
        @Override
        public void start(Raft raft, Config settings) {
            raft.start(ReplicatedActor.of(Counter.NAME, Counter::new));
        }
    },
    /** Bytes to count. */
    LEDGER(Ledger.NAME) {
        @Override
        public void start(Raft raft, Config settings) {
            raft.start(ReplicatedActor.of(Ledger.NAME, Ledger::new));
        }
    },
    /** As many groups of bytes to count as {@code uitto-ledgers.count} says, {@code ledger-0} and so on. */
    LEDGERS(Ledger.NAME + "-0") {
        @Override
        public void start(Raft raft, Config settings) {
            for (int i = 0; i < settings.getInt("uitto-ledgers.count"); i++) {
                raft.start(ReplicatedActor.of(Ledger.NAME + "-" + i, Ledger::new));
            }
        }
    },
    /** Texts under keys. */
    KV(KeyedStore.NAME) {
        @Override
        public void start(Raft raft, Config settings) {
            raft.start(ReplicatedActor.of(KeyedStore.NAME, KeyedStore::new));
        }
    },
    /** Bytes to keep: a state as large as one likes. */
    HOARD(Hoard.NAME) {
        @Override
        public void start(Raft raft, Config settings) {
            raft.start(ReplicatedActor.of(Hoard.NAME, Hoard::new));
        }
    },
    /** Rooms to talk in, with their page. */
    CHAT("chat-rooms") {
        @Override
        public void start(Raft raft, Config settings) {
            // Its actors are started together with its page, by whoever serves that.
        }
    };

    private final String id;

    SampleActor(String id) {
        this.id = id;
    }

    /** The name of the actor on every node. */
    public String id() {
        return id;
    }

    /** Runs this node's replica, on a node with these {@code settings}. */
    public abstract void start(Raft raft, Config settings);
}
