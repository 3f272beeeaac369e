// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.AbiGeneration;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.WasmModule;
import io.calimero.node.wasm.internal.Watchdog.Verdict;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.module.FunctionType;
import io.calimero.node.wasm.internal.module.ModuleRewriter;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Rewritten;
import io.calimero.node.wasm.internal.module.ParsedModule;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.graalvm.polyglot.PolyglotException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A module that passed the checks. */
final class GraalModule implements WasmModule {
  private static final Logger LOG = LoggerFactory.getLogger(GraalModule.class);
  private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9_]{1,256}");

  /** For how many different rules and memory limits to keep the module parsed. */
  private static final int VARIANTS = 4;

  /** What a module is rewritten for. */
  private record Terms(int schedule, int memoryPages) {}

  private final GraalEngine engine;
  private final Hash id;
  private final ParsedModule parsed;
  private final List<HostFunction> functions;
  private final Set<String> methods;
  private final Map<Terms, ModuleVariant> variants = new ConcurrentHashMap<>();
  private volatile boolean retired;

  GraalModule(
      final GraalEngine engine,
      final Hash id,
      final ParsedModule parsed,
      final List<HostFunction> functions) {
    this.engine = engine;
    this.id = id;
    this.parsed = parsed;
    this.functions = functions;
    methods = Collections.unmodifiableSet(methods(parsed));
  }

  @Override
  public Hash id() {
    return id;
  }

  @Override
  public Set<String> methods() {
    return methods;
  }

  @Override
  public AbiGeneration generation() {
    return ModuleCheck.generation(functions);
  }

  @Override
  public Optional<Bytes> abi() {
    return AbiSection.find(parsed);
  }

  @Override
  public boolean usesPrivateStorage() {
    return functions.stream().anyMatch(function -> function.name().startsWith("private_storage_"));
  }

  @Override
  public boolean asksOutside() {
    return functions.stream().anyMatch(function -> function.name().equals("fetch"));
  }

  @Override
  public CallResult call(final Call call, final StateReader state) {
    return engine.onGuestThread(thread -> run(call, state, thread));
  }

  /** Prepares the module for that memory limit, as the first call would. */
  void prepare(final int memoryPages) throws InvalidModuleException {
    final Rules newest = Rules.of(Limits.SCHEDULE).orElseThrow();
    final ModuleVariant variant = variant(newest, memoryPages);
    variant.give(variant.take());
  }

  /** Keeps nothing prepared from now on; calls still work. */
  void retire() {
    retired = true;
    variants.values().forEach(ModuleVariant::retire);
  }

  private CallResult run(final Call call, final StateReader state, final GuestThread thread) {
    final Optional<GuestError> refused = refuse(call);
    if (refused.isPresent()) {
      return new CallResult.Failed(refused.get(), List.of());
    }
    final Optional<Rules> rules = Rules.of(call.limits().schedule());
    if (rules.isEmpty()) {
      return new CallResult.Interrupted(
          "this node does not know the gas schedule "
              + call.limits().schedule()
              + " of the context, a newer version does");
    }
    final ModuleVariant variant;
    final Cell cell;
    try {
      variant = variant(rules.get(), call.limits().memoryPages());
      cell = variant.take();
    } catch (final InvalidModuleException e) {
      return interrupted(new NodeFault("a valid module cannot be rewritten", e));
    } catch (final PolyglotException e) {
      return interrupted(new NodeFault("the engine failed: " + e.getMessage(), e));
    }
    return run(call, state, thread, variant, cell);
  }

  private CallResult run(
      final Call call,
      final StateReader state,
      final GuestThread thread,
      final ModuleVariant variant,
      final Cell cell) {
    final Watchdog.Watch watch = engine.watchdog().watch(cell.context(), call.deadline());
    Optional<Verdict> verdict = Optional.empty();
    boolean reusable = false;
    thread.guard();
    try {
      final CallResult result = cell.run(call, state);
      verdict = watch.end();
      reusable = !exhausted(result);
      return verdict.map(why -> stopped(why, call)).orElse(result);
    } catch (final NodeFault e) {
      verdict = watch.end();
      return verdict.map(why -> stopped(why, call)).orElseGet(() -> interrupted(e));
    } catch (final RuntimeException | Error e) {
      verdict = watch.end();
      if (verdict.isEmpty()) {
        throw e;
      }
      // The stop itself, which may surface anywhere
      return stopped(verdict.get(), call);
    } finally {
      thread.unguard(verdict.isEmpty());
      release(variant, cell, verdict, reusable);
    }
  }

  private static CallResult stopped(final Verdict verdict, final Call call) {
    return switch (verdict) {
      case LATE -> new CallResult.TimedOut(call.deadline());
      case CLOSING -> new CallResult.Interrupted("the engine is being closed");
    };
  }

  /** Whether the guest used up the stack, after which nothing is relied on any more. */
  private static boolean exhausted(final CallResult result) {
    return result instanceof CallResult.Failed failed
        && failed.error().message().equals(Traps.STACK_OVERFLOW);
  }

  private static void release(
      final ModuleVariant variant,
      final Cell cell,
      final Optional<Verdict> verdict,
      final boolean reusable) {
    if (verdict.isPresent()) {
      cell.drop();
      return;
    }
    if (reusable) {
      variant.give(cell);
    } else {
      cell.drop();
      cell.context().close(true);
    }
  }

  private CallResult interrupted(final NodeFault fault) {
    LOG.error("a call of module {} was not carried through", id, fault);
    return new CallResult.Interrupted(String.valueOf(fault.getMessage()));
  }

  private Optional<GuestError> refuse(final Call call) {
    final String method = call.method();
    if (!methods.contains(method)) {
      final boolean takesOrReturns =
          parsed
              .exportedFunction(method)
              .filter(type -> !type.equals(FunctionType.METHOD))
              .isPresent();
      return Optional.of(
          takesOrReturns ? GuestError.invalidSignature(method) : GuestError.methodNotFound(method));
    }
    final long minimum = parsed.memory().orElseThrow().minimum();
    if (minimum > call.limits().memoryPages()) {
      return Optional.of(
          GuestError.link(
              "the module needs "
                  + minimum
                  + " pages of memory, more than the "
                  + call.limits().memoryPages()
                  + " of the context"));
    }
    return Optional.empty();
  }

  private ModuleVariant variant(final Rules rules, final int memoryPages)
      throws InvalidModuleException {
    // A limit above what the module declares as its maximum makes no other variant
    final int pages =
        (int)
            Math.min(
                memoryPages, parsed.memory().orElseThrow().maximum().orElse(Integer.MAX_VALUE));
    final Terms terms = new Terms(rules.schedule(), pages);
    final ModuleVariant known = variants.get(terms);
    if (known != null) {
      return known;
    }
    final boolean keep = !retired && variants.size() < VARIANTS;
    final Rewritten rewritten = ModuleRewriter.rewrite(parsed, rules, pages);
    final ModuleVariant made =
        engine.variant(
            rewritten, rules, id + "-" + rules.schedule() + "-" + pages, functions, keep);
    if (!keep) {
      return made;
    }
    final ModuleVariant other = variants.putIfAbsent(terms, made);
    return other == null ? made : other;
  }

  /** The names that can be called. */
  static Set<String> methods(final ParsedModule module) {
    final Set<String> names = new TreeSet<>();
    for (final String name : module.exports().keySet()) {
      final boolean method =
          module.exportedFunction(name).filter(FunctionType.METHOD::equals).isPresent();
      if (method && METHOD.matcher(name).matches()) {
        names.add(name);
      }
    }
    return names;
  }
}
