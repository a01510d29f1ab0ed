package io.waybill.starter.dropfolder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Watches all drop folders with one thread. What the file system reports only ends a pause early; the looking itself
 * decides, so a lost event costs {@link Pace#rescan} and nothing else. Starts after the processing threads and stops
 * before them; a file on its way then stays where it is.
 */
final class DropFolders implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DropFolders.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final List<DropFolder> folders;
    private final Pace pace;
    private @Nullable Thread thread;

    DropFolders(List<DropFolder> folders, Pace pace) {
        this.folders = List.copyOf(folders);
        this.pace = pace;
    }

    @Override
    public synchronized void start() {
        if (folders.isEmpty() || thread != null) {
            return;
        }
        WatchService watcher = openWatcher();
        thread = Thread.ofPlatform()
                .name("waybill-drop-folders")
                .uncaughtExceptionHandler(
                        (t, error) -> LOG.error("{} died: no dropped file is taken up", t.getName(), error))
                .start(() -> run(watcher));
    }

    @Override
    public synchronized void stop() {
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            if (!thread.join(STOP_PATIENCE)) {
                LOG.warn("{} does not end; the file it holds is sent again at the next start", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    private void run(WatchService watcher) {
        try (watcher) {
            while (!Thread.currentThread().isInterrupted()) {
                watch(watcher);
                pause(watcher, rounds());
            }
        } catch (InterruptedException stopped) {
            LOG.debug("drop folders are watched no longer");
        } catch (IOException e) {
            throw new UncheckedIOException("the file system's watcher did not close", e);
        }
    }

    /** Registering a folder again changes nothing; one that was deleted and made again is watched again. */
    private void watch(WatchService watcher) {
        for (DropFolder folder : folders) {
            try {
                Files.createDirectories(folder.path());
                WatchKey unused = folder.path().register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
            } catch (IOException e) {
                LOG.debug("{} cannot be watched; it is looked at every {}", folder.path(), pace.rescan(), e);
            }
        }
    }

    private Duration rounds() {
        Duration next = pace.rescan();
        for (DropFolder folder : folders) {
            Duration wanted = round(folder);
            next = wanted.compareTo(next) < 0 ? wanted : next;
        }
        return next;
    }

    private Duration round(DropFolder folder) {
        try {
            return folder.round();
        } catch (RuntimeException e) {
            LOG.error("Drop folder {} failed; it is looked at again in {}", folder.path(), pace.rescan(), e);
            return pace.rescan();
        }
    }

    private static void pause(WatchService watcher, Duration longest) throws InterruptedException {
        WatchKey key = watcher.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        while (key != null) {
            key.pollEvents();
            key.reset();
            key = watcher.poll();
        }
    }

    private static WatchService openWatcher() {
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw new UncheckedIOException("expected a file system watcher for the drop folders, but there is none", e);
        }
    }
}
