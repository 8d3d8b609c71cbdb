package org.uitto.journal.segment;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of the files of a journal. */
final class FileNames {
    static final String IDENTITY = "identity";
    static final String SYNCED = "synced";
    /** There while a repair exchanges the files of the journal. */
    static final String REPAIRING = "repairing";

    static final String PREPARING = ".preparing";
    private static final Pattern SEGMENT = Pattern.compile("(\\d{16})\\.segment");
    private static final Pattern INDEX = Pattern.compile("(\\d{16})\\.index");

    private FileNames() {}

    /** Refuses a journal whose files were being exchanged when a repair was interrupted: they are not all of one kind. */
    static void refuseHalfRepaired(Directory directory, List<String> names) {
        if (names.contains(REPAIRING)) {
            throw new JournalRefusedException("A repair of the journal in " + directory.path()
                    + " was interrupted. Run `journal repair --yes` again, which goes on with it.");
        }
    }

    static String segment(long number) {
        return String.format("%016d.segment", number);
    }

    static String index(long number) {
        return String.format("%016d.index", number);
    }

    /** The numbers of the segments among {@code names}, ascending. */
    static List<Long> segmentNumbers(List<String> names) {
        return numbers(names, SEGMENT);
    }

    /** The numbers of the segments that have an index among {@code names}, ascending. */
    static List<Long> indexNumbers(List<String> names) {
        return numbers(names, INDEX);
    }

    private static List<Long> numbers(List<String> names, Pattern form) {
        return names.stream()
                .flatMap(name -> {
                    Matcher matcher = form.matcher(name);
                    return matcher.matches() ? Stream.of(Long.valueOf(matcher.group(1))) : Stream.empty();
                })
                .sorted()
                .toList();
    }
}
