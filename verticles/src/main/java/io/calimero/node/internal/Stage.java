// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * A verticle that, once it is deployed, deploys those that ask it as its children. Vert.x undeploys
 * children before their parents, so that whoever ends the first one, or all of Vert.x, ends them in
 * the reverse of their order: nobody is left to ask one that is gone.
 */
public final class Stage implements Deployable {
  private final Deployable verticle;
  private final List<Link> rest;

  /**
   * A verticle of a chain.
   *
   * @param verticle what to deploy
   * @param options how
   */
  public record Link(Deployable verticle, DeploymentOptions options) {}

  private Stage(final Deployable verticle, final List<Link> rest) {
    this.verticle = verticle;
    this.rest = rest;
  }

  /** Deploys the chain, each as a child of the one before. If one fails, none is left. */
  public static Future<String> deploy(final Vertx vertx, final List<Link> chain) {
    final Link first = chain.getFirst();
    return vertx.deployVerticle(
        new Stage(first.verticle(), chain.subList(1, chain.size())), first.options());
  }

  @Override
  public Future<?> deploy(final Context context) throws Exception {
    return verticle
        .deploy(context)
        .compose(_ -> rest.isEmpty() ? Future.succeededFuture() : deployRest(context));
  }

  private Future<?> deployRest(final Context context) {
    final Promise<String> promise = Promise.promise();
    // On the context, as that is what makes the next one a child.
    context.runOnContext(_ -> deploy(context.owner(), rest).onComplete(promise));
    return promise
        .future()
        .recover(cause -> undeploy(context).transform(_ -> Future.failedFuture(cause)));
  }

  @Override
  public Future<?> undeploy(final Context context) {
    try {
      return verticle.undeploy(context);
    } catch (final Exception e) {
      return Future.failedFuture(e);
    }
  }
}
