package example;

import io.calimero.node.CalimeroCluster;
import io.calimero.node.NodeStartException;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.bus.Cursor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The watcher in a JVM of its own, which reaches the node through the cluster: writes what an
 * application emits into a file, a line for each position of the log, and goes on after its last
 * line when it is started again, however it ended.
 *
 * <p>Arguments: the settings of the cluster as JSON, the context, the file.
 */
public final class WatcherMain {
  private WatcherMain() {}

  public static void main(final String... arguments) throws IOException, NodeStartException {
    ContextId context = ContextId.parse(arguments[1]);
    FileChannel file =
        FileChannel.open(
            Path.of(arguments[2]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Cursor cursor = cursor(Path.of(arguments[2]), file);
    Vertx vertx = CalimeroCluster.join(new JsonObject(arguments[0]));
    vertx
        .deployVerticle(
            new KeyWatcher(
                context, cursor, seen -> vertx.executeBlocking(() -> append(file, seen))))
        .await();
    System.out.println("watching from position " + cursor.position());
  }

  /** What it made of an entry and the cursor are one line, so that both are kept or neither. */
  private static boolean append(final FileChannel file, final KeyWatcher.Seen seen)
      throws IOException {
    StringBuilder line = new StringBuilder();
    line.append(seen.cursor().position()).append(' ').append(seen.cursor().hash());
    seen.events().forEach(event -> line.append(' ').append(event.data().toUtf8()));
    file.write(
        ByteBuffer.wrap(line.append('\n').toString().getBytes(StandardCharsets.UTF_8)));
    file.force(false);
    System.out.println("position " + seen.cursor().position());
    return true;
  }

  /** Cuts off a line that was not finished, and reads where the last whole one ends. */
  private static Cursor cursor(final Path path, final FileChannel file) throws IOException {
    String text = Files.readString(path);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    file.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
    file.position(file.size());
    if (whole.isEmpty()) {
      return Cursor.START;
    }
    String[] last = whole.substring(whole.lastIndexOf('\n', whole.length() - 2) + 1).split(" ");
    return new Cursor(Long.parseLong(last[0]), Hash.parse(last[1].strip()));
  }
}
