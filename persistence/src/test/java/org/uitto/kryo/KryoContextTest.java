package org.uitto.kryo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.Kryo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KryoContextTest {
    private static final int MAX_MESSAGE_BYTES = 100_000_000;

    @Test
    void givesLargeBuffersBackAndKeepsSmallOnes() {
        KryoContext context = new KryoContext(new Kryo(), MAX_MESSAGE_BYTES);
        int heldAtFirst = context.heldBytes();

        use(context, 10_000_000);
        context.release(100_000);
        assertEquals(heldAtFirst, context.heldBytes());

        use(context, 10_000);
        context.release(100_000);
        assertTrue(context.heldBytes() > 20_000, () -> "held " + context.heldBytes());
    }

    @Test
    void lendsAContextToOneAtATime() {
        KryoContextPool pool = new KryoContextPool(4, () -> new KryoContext(new Kryo(), MAX_MESSAGE_BYTES));

        KryoContext first = pool.borrow();
        KryoContext second = pool.borrow();
        assertNotSame(first, second);

        pool.giveBack(first);
        assertSame(first, pool.borrow());
    }

    @Test
    void keepsNoMoreContextsThanItsSize() {
        List<KryoContext> made = new ArrayList<>();
        KryoContextPool pool = new KryoContextPool(2, () -> {
            KryoContext context = new KryoContext(new Kryo(), MAX_MESSAGE_BYTES);
            made.add(context);
            return context;
        });

        List<KryoContext> borrowed = List.of(pool.borrow(), pool.borrow(), pool.borrow());
        borrowed.forEach(pool::giveBack);
        pool.borrow();
        pool.borrow();
        assertEquals(3, made.size());
        pool.borrow();

        assertEquals(4, made.size());
    }

    private static void use(KryoContext context, int bytes) {
        context.output.writeBytes(new byte[bytes]);
        context.copyOf(ByteBuffer.allocateDirect(bytes));
        byte[] notAscii = new byte[bytes + 10];
        context.output.reset();
        context.output.writeString("€".repeat(bytes / 3));
        System.arraycopy(
                context.output.getBuffer(), 0, notAscii, 0, Math.min(notAscii.length, context.output.position()));
        context.input.setBuffer(notAscii, 0, notAscii.length);
        context.input.readString();
    }
}
