package org.uitto.replicated;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.replicated.CommandPacker.Packed;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ReplicaInput.GetReadIndex;
import org.uitto.replicated.ReplicaInput.ReadBatch;

/**
 * The reads of one proxy that any replica may answer (thesis §6.4): each is sent to the nearest replica with the index that it
 * must have applied before it answers. Where that index comes from is all that the levels of {@link Consistency} differ in. One
 * question for an index is under way at a time; what comes meanwhile shares the next.
 *
 * <p>Reads change nothing, so they are sent again to another replica when an answer is overdue. Not thread-safe.
 */
final class Reads {
    /** A read that waits for an index. */
    private record Asking(long ticket, long askedAtNanos, List<PendingCommand> reads) {}

    /** An index that the leader has said. */
    private record Known(long index, long askedAtNanos) {}

    /** What was sent with one index. */
    private record SentReads(SentBatch batch, long minIndex) {}

    private final ReplicaLocator locator;
    private final ProxySettings settings;
    private final CommandPacker packer;
    private final ActorRef<ProxyInput> returnAddress;

    private final Backoff indexRequest;
    private List<PendingCommand> needsIndex = new ArrayList<>();
    private Optional<Asking> asking = Optional.empty();
    private Optional<Known> known = Optional.empty();
    /** What may be sent, by the index that it needs; in each the order in which it came. */
    private final TreeMap<Long, ArrayDeque<PendingCommand>> ready = new TreeMap<>();

    private final List<SentReads> sent = new ArrayList<>();
    private int replica;
    private int waitingCount;
    private long nextTicket = 1;
    private long nextNumber = 1;
    private long nextAttempt = 1;

    Reads(ReplicaLocator locator, ProxySettings settings, CommandPacker packer, ActorRef<ProxyInput> returnAddress) {
        this.locator = locator;
        this.settings = settings;
        this.packer = packer;
        this.returnAddress = returnAddress;
        this.indexRequest = new Backoff(settings.suspectAfter());
    }

    /** How many wait to be sent. */
    int waitingCount() {
        return waitingCount;
    }

    boolean isIdle() {
        return waitingCount == 0 && sent.isEmpty();
    }

    /** Whether a leader is needed for anything that waits. */
    boolean needsLeader() {
        return asking.isPresent() || !needsIndex.isEmpty() || ready.containsKey(ReadBatch.BY_LEASE);
    }

    /** Takes a read. */
    void add(Consistency consistency, PendingCommand read) {
        waitingCount++;
        if (consistency instanceof Consistency.Local) {
            queue(0, read);
        } else if (consistency instanceof Consistency.After after) {
            queue(after.token().index(), read);
        } else if (consistency instanceof Consistency.Lease) {
            queue(ReadBatch.BY_LEASE, read);
        } else if (consistency instanceof Consistency.BoundedStale bounded
                && isFresh(bounded.atMost(), read.acceptedAtNanos())) {
            queue(known.orElseThrow().index(), read);
        } else {
            needsIndex.add(read);
        }
    }

    private boolean isFresh(Duration atMost, long nowNanos) {
        return known.filter(index -> nowNanos - index.askedAtNanos() <= atMost.toNanos())
                .isPresent();
    }

    private void queue(long minIndex, PendingCommand read) {
        ready.computeIfAbsent(minIndex, added -> new ArrayDeque<>()).add(read);
    }

    /**
     * Sends what can be sent.
     *
     * @param leader if one is known
     */
    void flush(Optional<ActorRef<ReplicaInput>> leader, long nowNanos) {
        leader.ifPresent(found -> askForIndex(found, nowNanos));
        while (!ready.isEmpty() && sent.size() < settings.maxBatchesInFlight()) {
            long minIndex = ready.firstKey();
            if (minIndex != ReadBatch.BY_LEASE) {
                send(minIndex, nowNanos);
            } else if (leader.isPresent()) {
                sendToLeader(leader.get(), nowNanos);
            } else {
                return;
            }
        }
    }

    private void askForIndex(ActorRef<ReplicaInput> leader, long nowNanos) {
        if (asking.isEmpty() && !needsIndex.isEmpty()) {
            asking = Optional.of(new Asking(nextTicket++, nowNanos, needsIndex));
            needsIndex = new ArrayList<>();
            indexRequest.tried(nowNanos);
            leader.tell(new GetReadIndex(returnAddress, asking.get().ticket()));
        }
    }

    private void send(long minIndex, long nowNanos) {
        String contact = nearest();
        boolean isLocal = locator.isLocal(locator.at(contact));
        take(minIndex, isLocal, nowNanos).ifPresent(batch -> locator.ask(contact, batch));
    }

    private void sendToLeader(ActorRef<ReplicaInput> leader, long nowNanos) {
        take(ReadBatch.BY_LEASE, locator.isLocal(leader), nowNanos).ifPresent(leader::tell);
    }

    /** The first message of reads that need {@code minIndex}; empty if none of them can be carried. */
    private Optional<ReadBatch> take(long minIndex, boolean isLocal, long nowNanos) {
        ArrayDeque<PendingCommand> reads = ready.getOrDefault(minIndex, new ArrayDeque<>());
        int before = reads.size();
        Optional<Packed> packed = isLocal ? Optional.of(packer.local(reads)) : packer.serialized(reads);
        waitingCount -= before - reads.size();
        if (reads.isEmpty()) {
            ready.remove(minIndex);
        }
        return packed.map(message -> {
            for (PendingCommand read : message.commands()) {
                if (!read.hasNumber()) {
                    read.number(nextNumber++);
                }
                read.sent(0, 0);
            }
            SentBatch batch = new SentBatch(nextAttempt++, 0, nowNanos, message.commands());
            sent.add(new SentReads(batch, minIndex));
            return new ReadBatch(
                    returnAddress, batch.attempt(), message.commands().get(0).number(), minIndex, message.payload());
        });
    }

    /** This process's replica, as long as it answers; else any that does. */
    private String nearest() {
        List<String> all = new ArrayList<>(locator.contacts());
        locator.own().ifPresent(own -> {
            all.remove(own);
            all.add(0, own);
        });
        return all.get(replica % all.size());
    }

    /** The leader has said an index. */
    void onReadIndex(long ticket, long index) {
        asking.filter(question -> question.ticket() == ticket).ifPresent(question -> {
            known = Optional.of(new Known(index, question.askedAtNanos()));
            question.reads().forEach(read -> queue(index, read));
            asking = Optional.empty();
            indexRequest.reset();
        });
    }

    /** The read that {@code answer} is for, unless it was answered before or sent again since. */
    Optional<PendingCommand> taken(Answer answer) {
        for (SentReads reads : sent) {
            Optional<PendingCommand> read = reads.batch().take(answer);
            if (read.isPresent()) {
                return read;
            }
        }
        return Optional.empty();
    }

    /** What was answered in full is done with. */
    void forgetAnswered() {
        sent.removeIf(reads -> reads.batch().isAnswered());
    }

    /** Whoever was asked as the leader does not lead. */
    void askNextLeader(PendingCommand read) {
        waitingCount++;
        queue(ReadBatch.BY_LEASE, read);
    }

    /** Whether the leader that was asked for an index does not answer. */
    boolean isAskingInVain(long nowNanos) {
        return !needsIndex.isEmpty()
                && nowNanos - needsIndex.get(0).acceptedAtNanos()
                        >= settings.suspectAfter().toNanos();
    }

    /** Looks after what got lost: asks for the index again, and other replicas for answers. Returns what took too long. */
    List<PendingCommand> tick(long nowNanos) {
        asking.filter(question -> indexRequest.isDue(nowNanos)).ifPresent(question -> {
            needsIndex.addAll(0, question.reads());
            asking = Optional.empty();
        });
        List<SentReads> overdue = new ArrayList<>();
        sent.removeIf(reads -> isOverdue(reads.batch(), nowNanos) && overdue.add(reads));
        if (!overdue.isEmpty()) {
            replica++;
        }
        overdue.forEach(this::again);
        return overdue(nowNanos);
    }

    private boolean isOverdue(SentBatch batch, long nowNanos) {
        return nowNanos - batch.sentAtNanos() >= Backoff.nanosAfter(settings.suspectAfter(), batch.sendings());
    }

    private void again(SentReads lost) {
        List<PendingCommand> reads = lost.batch().takeRest();
        waitingCount += reads.size();
        ArrayDeque<PendingCommand> queue = ready.computeIfAbsent(lost.minIndex(), added -> new ArrayDeque<>());
        for (int i = reads.size() - 1; i >= 0; i--) {
            queue.addFirst(reads.get(i));
        }
    }

    private List<PendingCommand> overdue(long nowNanos) {
        long limitNanos = settings.giveUpAfter().toNanos();
        List<PendingCommand> late = new ArrayList<>();
        List<Iterable<PendingCommand>> all = new ArrayList<>(ready.values());
        all.add(needsIndex);
        asking.ifPresent(question -> all.add(question.reads()));
        for (Iterable<PendingCommand> reads : all) {
            for (var each = reads.iterator(); each.hasNext(); ) {
                PendingCommand read = each.next();
                if (nowNanos - read.acceptedAtNanos() >= limitNanos) {
                    each.remove();
                    late.add(read);
                }
            }
        }
        waitingCount -= late.size();
        ready.values().removeIf(ArrayDeque::isEmpty);
        sent.forEach(reads -> late.addAll(reads.batch().takeOlderThan(limitNanos, nowNanos)));
        forgetAnswered();
        return late;
    }
}
