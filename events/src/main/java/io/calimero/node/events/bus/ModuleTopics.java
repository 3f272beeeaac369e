// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;

import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ModuleMessages;

/** Modules that travel between nodes chunk by chunk. A part of {@link Topics}. */
sealed interface ModuleTopics permits Topics {
  /** Tells of which chunks a module of a context consists. Answered by context. */
  CommandTopic<ModuleMessages.GetOutline, ModuleMessages.Outline> MODULE_OUTLINE =
      CommandTopic.of(
          "calimero.v1.context.module.outline",
          ModuleMessages.GetOutline.class,
          ModuleMessages.Outline.class,
          LOCAL,
          CALL,
          64);

  /** Reads a part of a module of a context. Answered by context, asked by catchup for members. */
  CommandTopic<ModuleMessages.ReadPart, ApplicationMessages.Module> MODULE_PART =
      CommandTopic.of(
          "calimero.v1.context.module.part",
          ModuleMessages.ReadPart.class,
          ApplicationMessages.Module.class,
          LOCAL,
          CALL,
          64);

  /** Begins to gather a module from others, or goes on. Answered by context, asked by catchup. */
  CommandTopic<ModuleMessages.Gather, ModuleMessages.Gathering> MODULE_GATHER =
      CommandTopic.of(
          "calimero.v1.module.gather",
          ModuleMessages.Gather.class,
          ModuleMessages.Gathering.class,
          LOCAL,
          LONG,
          64);

  /** Keeps a chunk of such a module. Answered by context, asked by catchup. */
  CommandTopic<ModuleMessages.AddChunk, ModuleMessages.Done> MODULE_CHUNK =
      CommandTopic.of(
          "calimero.v1.module.chunk",
          ModuleMessages.AddChunk.class,
          ModuleMessages.Done.class,
          LOCAL,
          CALL,
          64);

  /** Installs what was gathered. Answered by context, asked by catchup. */
  CommandTopic<ModuleMessages.EndGathering, ModuleMessages.Done> MODULE_GATHERED =
      CommandTopic.of(
          "calimero.v1.module.gathered",
          ModuleMessages.EndGathering.class,
          ModuleMessages.Done.class,
          LOCAL,
          LONG,
          64);
}
