package org.uitto.samples.operations;

import org.uitto.log.GroupId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a group from the command line. */
final class GroupConverter implements ITypeConverter<GroupId> {
    @Override
    public GroupId convert(String text) {
        try {
            return new GroupId(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
