package io.waybill.testkit.store;

import io.waybill.store.LocalFile;
import io.waybill.store.LocalFiles;
import io.waybill.store.LocalStoreException;
import io.waybill.testkit.sim.Point;
import io.waybill.testkit.sim.Simulation;
import java.io.IOException;
import java.util.List;

/** The files of an open store. How long sealing takes is up to chance. */
final class SimFiles implements LocalFiles {

    private static final Point SEAL = Point.local("file.seal", 10);
    private static final Point DELETE = Point.local("file.delete", 10);

    private final Simulation simulation;
    private final Disk disk;

    SimFiles(Simulation simulation, Disk disk) {
        this.simulation = simulation;
        this.disk = disk;
    }

    @Override
    public LocalFile create(String name) {
        simulation.checkAlive();
        return new File(name, disk.create(name));
    }

    @Override
    public LocalFile open(String name) {
        simulation.checkAlive();
        return new File(name, disk.sealed(name));
    }

    @Override
    public List<String> names() {
        simulation.checkAlive();
        return disk.names();
    }

    @Override
    public void delete(String name) {
        simulation.run(DELETE, () -> disk.delete(name));
    }

    private final class File implements LocalFile {

        private final String name;
        private final Disk.Content content;

        File(String name, Disk.Content content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return content.bytes().length;
        }

        @Override
        public void append(byte[] bytes, int from, int length) {
            simulation.checkAlive();
            content.append(bytes, from, length);
        }

        @Override
        public void read(long position, byte[] into) {
            simulation.checkAlive();
            byte[] bytes = content.bytes();
            if (position + into.length > bytes.length) {
                throw new LocalStoreException(
                        "expected %d bytes of %s at %d, but it has %d"
                                .formatted(into.length, name, position, bytes.length),
                        new IOException("end of file"));
            }
            System.arraycopy(bytes, (int) position, into, 0, into.length);
        }

        @Override
        public void seal() {
            simulation.run(SEAL, () -> disk.seal(content));
        }

        @Override
        public boolean isSealed() {
            simulation.checkAlive();
            if (!content.isSealed() && simulation.random().nextBoolean()) {
                disk.sealNext();
            }
            if (!content.isSealed() && simulation.faults().isBadDay(simulation.random())) {
                disk.fail();
            }
            if (!content.isSealed() && disk.hasFailed()) {
                throw new LocalStoreException("expected to seal " + name, new IOException("the disk failed"));
            }
            return content.isSealed();
        }

        @Override
        public void close() {
            simulation.checkAlive();
            disk.close(content);
        }
    }
}
