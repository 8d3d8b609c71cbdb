package org.uitto.samples.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A WebSocket by hand, for browsers that do what no browser does: ask and never read, say. */
public final class RawWebSocket implements AutoCloseable {
    private final SocketChannel channel;

    private RawWebSocket(SocketChannel channel) {
        this.channel = channel;
    }

    /** Asks {@code address} for {@code path} as a page of its own does, and reads nothing. Little fits into its receive buffer. */
    public static RawWebSocket connect(WebAddress address, String path) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port()));
        channel.write(StandardCharsets.US_ASCII.encode("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nOrigin: "
                + address.url() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        return new RawWebSocket(channel);
    }

    /** From here on what does not fit into the send buffer is not sent. */
    public void neverWait() throws IOException {
        channel.configureBlocking(false);
    }

    /** Sends {@code text}, of at most 125 bytes, as a client's frame, masked with zeros. */
    public void send(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        if (payload.length > 125) {
            throw new IllegalArgumentException(payload.length + " bytes");
        }
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        channel.write(ByteBuffer.wrap(frame));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
