package org.uitto.samples.operations;

import java.util.regex.Pattern;
import org.uitto.log.Member;
import org.uitto.log.NodeId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A node that is to come to a group, written {@code node=host:port}. */
record Newcomer(NodeId node, Member member) {
    private static final Pattern ADDRESS = Pattern.compile("\\S+:[0-9]{1,5}");

    static final class Converter implements ITypeConverter<Newcomer> {
        @Override
        public Newcomer convert(String text) {
            int at = text.indexOf('=');
            if (at < 0 || !ADDRESS.matcher(text.substring(at + 1)).matches()) {
                throw new TypeConversionException(
                        "\"" + text + "\" is no node with its address. Write NODE=HOST:PORT, such as d=10.0.0.4:7351.");
            }
            return new Newcomer(new NodeConverter().convert(text.substring(0, at)), Member.at(text.substring(at + 1)));
        }
    }
}
