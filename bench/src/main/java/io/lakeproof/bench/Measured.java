package io.lakeproof.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What some work took.
 *
 * @param cpuSeconds of the whole process: in local mode that is driver, tasks, compiler and garbage collector
 * @param wallSeconds as a clock on the wall shows them
 */
record Measured(double cpuSeconds, double wallSeconds) {
    private static final double NANOS = 1e9;

    static Measured of(Runnable work) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpu = system.getProcessCpuTime();
        long wall = System.nanoTime();
        work.run();
        return new Measured((system.getProcessCpuTime() - cpu) / NANOS, (System.nanoTime() - wall) / NANOS);
    }
}
