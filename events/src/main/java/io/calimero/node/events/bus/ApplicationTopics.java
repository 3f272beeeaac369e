// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.Application;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.BlobMessages;

/** Applications: what is installed, and what execution needs of it. A part of {@link Topics}. */
sealed interface ApplicationTopics permits Topics {
  /** Installs an application. Answered by context. Installing again changes nothing. */
  CommandTopic<ApplicationMessages.Install, Application> APPLICATION_INSTALL =
      CommandTopic.of(
          "calimero.v1.application.install",
          ApplicationMessages.Install.class,
          Application.class,
          CLUSTER,
          LONG,
          4);

  /** Lists the applications. Answered by context. */
  CommandTopic<ApplicationMessages.ListAll, ApplicationMessages.All> APPLICATION_LIST =
      CommandTopic.of(
          "calimero.v1.application.list",
          ApplicationMessages.ListAll.class,
          ApplicationMessages.All.class,
          CLUSTER,
          SHORT,
          64);

  /** Gets an application. Answered by context. */
  CommandTopic<ApplicationMessages.Get, ApplicationMessages.Found> APPLICATION_GET =
      CommandTopic.of(
          "calimero.v1.application.get",
          ApplicationMessages.Get.class,
          ApplicationMessages.Found.class,
          CLUSTER,
          SHORT,
          256);

  /** Removes an application. Answered by context. */
  CommandTopic<ApplicationMessages.Remove, ApplicationMessages.Done> APPLICATION_REMOVE =
      CommandTopic.of(
          "calimero.v1.application.remove",
          ApplicationMessages.Remove.class,
          ApplicationMessages.Done.class,
          CLUSTER,
          SHORT,
          16);

  /** Reads a module out of the blob store. Answered by context, asked by execution. */
  CommandTopic<ApplicationMessages.ReadModule, ApplicationMessages.Module> MODULE_READ =
      CommandTopic.of(
          "calimero.v1.module.read",
          ApplicationMessages.ReadModule.class,
          ApplicationMessages.Module.class,
          LOCAL,
          CALL,
          64);

  /** Checks a module. Answered by execution, asked by context before it installs. */
  CommandTopic<ApplicationMessages.CheckModule, ApplicationMessages.ModuleDescription>
      MODULE_CHECK =
          CommandTopic.of(
              "calimero.v1.module.check",
              ApplicationMessages.CheckModule.class,
              ApplicationMessages.ModuleDescription.class,
              LOCAL,
              CALL,
              4);

  /** Describes an installed module. Answered by execution, asked by context. */
  CommandTopic<ApplicationMessages.DescribeModule, ApplicationMessages.ModuleDescription>
      MODULE_DESCRIBE =
          CommandTopic.of(
              "calimero.v1.module.describe",
              ApplicationMessages.DescribeModule.class,
              ApplicationMessages.ModuleDescription.class,
              LOCAL,
              CALL,
              1024);

  /** Gets what an application says of itself. Answered by context. */
  CommandTopic<ApplicationMessages.GetAbi, ApplicationMessages.Abi> APPLICATION_ABI =
      CommandTopic.of(
          "calimero.v1.application.abi",
          ApplicationMessages.GetAbi.class,
          ApplicationMessages.Abi.class,
          CLUSTER,
          CALL,
          64);

  /** Reads a part of a blob. Answered by context, asked by execution and http. */
  CommandTopic<BlobMessages.ReadPart, BlobMessages.Part> BLOB_READ =
      CommandTopic.of(
          "calimero.v1.blob.read",
          BlobMessages.ReadPart.class,
          BlobMessages.Part.class,
          LOCAL,
          SHORT,
          256);

  /** Adds to a blob. Answered by context, asked by execution and http. */
  CommandTopic<BlobMessages.WritePart, BlobMessages.PartWritten> BLOB_WRITE =
      CommandTopic.of(
          "calimero.v1.blob.write",
          BlobMessages.WritePart.class,
          BlobMessages.PartWritten.class,
          LOCAL,
          CALL,
          256);

  /** Installs an application that came from a peer. Answered by context. */
  CommandTopic<ApplicationMessages.Receive, ApplicationMessages.Done> APPLICATION_RECEIVE =
      CommandTopic.of(
          "calimero.v1.application.receive",
          ApplicationMessages.Receive.class,
          ApplicationMessages.Done.class,
          LOCAL,
          CALL,
          16);
}
