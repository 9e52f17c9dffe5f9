package org.deeplabspark.device;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.util.function.IntSupplier;

/**
 * What the process does at each signal, kept over calls of a library that changes it.
 *
 * <p>LLVM, which PoCL and others compile with, catches signals from its first compilation on, to
 * delete what it was writing. HotSpot needs SIGSEGV for null checks and safepoints: LLVM's handler
 * lets it have the first one, but two threads at once end the process, as for that moment the
 * signal's default action stands.
 */
final class SignalActions {

  private static final int SIGNALS = 31;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  /** More than any platform's {@code struct sigaction}. */
  private static final int BYTES = 512;

  private static final Function SIGACTION = NativeLibrary.getProcess().getFunction("sigaction");

  private SignalActions() {}

  /** Makes one call at a time: one that began within another would keep the library's actions. */
  static synchronized int keptOver(IntSupplier call) {
    Memory[] actions = new Memory[SIGNALS + 1];
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if (signal != SIGKILL && signal != SIGSTOP) {
        actions[signal] = new Memory(BYTES);
        SIGACTION.invokeInt(new Object[] {signal, null, actions[signal]});
      }
    }
    try {
      return call.getAsInt();
    } finally {
      for (int signal = 1; signal <= SIGNALS; signal++) {
        if (actions[signal] != null) {
          SIGACTION.invokeInt(new Object[] {signal, actions[signal], null});
        }
      }
    }
  }
}
