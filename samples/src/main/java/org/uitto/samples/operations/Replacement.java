package org.uitto.samples.operations;

import org.uitto.log.NodeId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A node of a group that another is to take the place of, written {@code old=new=host:port}. */
record Replacement(NodeId leaving, Newcomer newcomer) {
    static final class Converter implements ITypeConverter<Replacement> {
        @Override
        public Replacement convert(String text) {
            int at = text.indexOf('=');
            if (at < 0) {
                throw new TypeConversionException(
                        "\"" + text + "\" is no replacement. Write OLD=NEW=HOST:PORT, such as a=d=10.0.0.4:7351.");
            }
            return new Replacement(
                    new NodeConverter().convert(text.substring(0, at)),
                    new Newcomer.Converter().convert(text.substring(at + 1)));
        }
    }
}
