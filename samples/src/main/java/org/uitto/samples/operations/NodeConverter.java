package org.uitto.samples.operations;

import org.uitto.log.NodeId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the id of a node from the command line. */
final class NodeConverter implements ITypeConverter<NodeId> {
    @Override
    public NodeId convert(String text) {
        try {
            return new NodeId(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
