// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The snippets of the documentation are those of the samples, which are compiled and run. */
class DocumentationTest {
  private static final Pattern INCLUDED =
      Pattern.compile("<!-- snippet: (\\w+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);
  private static final Pattern SNIPPET =
      Pattern.compile(
          "^ *// snippet: (\\w+)\n(.*?)^ *// end\n", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void everyIncludedSnippetIsTheOneOfTheSample() throws IOException {
    final Map<String, String> snippets = new TreeMap<>();
    for (final Path source : SampleProject.sources()) {
      final Matcher matcher = SNIPPET.matcher(Files.readString(source));
      while (matcher.find()) {
        snippets.put(matcher.group(1), matcher.group(2).stripTrailing().stripIndent() + "\n");
      }
    }
    final Map<String, String> included = new TreeMap<>();
    for (final String page : List.of("docs/embedding.md", "docs/topics.md")) {
      final Path file = SampleProject.ROOT.resolve(page);
      if (Files.exists(file)) {
        final Matcher matcher = INCLUDED.matcher(Files.readString(file));
        while (matcher.find()) {
          included.put(matcher.group(1), matcher.group(2));
        }
      }
    }
    assertThat(included).isEqualTo(snippets);
  }
}
