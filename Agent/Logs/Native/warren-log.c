/*
 * warren-log: keeps the output of one container in files.
 *
 * containerd's shim starts it for a log URI binary:///path/warren-log?dir=...&size=...&files=...[&tty=1], by the protocol of containerd 1.6
 * to 2.x: descriptor 3 reads the container's stdout, 4 its stderr, closing 5 says that the container may start; each pair of the query is
 * two arguments, in any order. It outlives the agent, containerd and the shim, and ends when both pipes have ended.
 *
 * Files: dir/0000000001.log, 0000000002.log, ...; the highest number is being written, and no file is ever renamed. A line each:
 *   2026-11-25T19:00:35.123456789Z stdout F text
 * the time of reading in UTC, the stream, F for the end of a line or P for a part that goes on in the stream's next entry, and the bytes.
 * Both streams share a file in the order of reading. dir/lock is locked (fcntl) while the logger lives, however it ends.
 *
 * A reader may count on this: a file is complete when the next one exists; what follows a file's last newline is not written yet, and may
 * be taken back.
 *
 * The container is never made to wait for a disk that is full or fails: lines that find no room in memory are dropped and counted, and an
 * entry on stderr says how many once there is room.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
  STDOUT_FD = 3,
  STDERR_FD = 4,
  READY_FD = 5,
  READ_SIZE = 64 * 1024,
  OUT_SIZE = 128 * 1024,
  LINE_SIZE = 16 * 1024,       /* longer lines are kept in parts of this many bytes */
  HEADER_SIZE = 40,            /* time, stream and tag with their blanks */
  PIPE_SIZE = 1024 * 1024,     /* how far a container may run ahead */
  NAME_DIGITS = 10,
  MIN_FILE_SIZE = 4096,
};

#define MS 1000000LL /* nanoseconds */

static const int64_t PARTIAL_AFTER = 500 * MS; /* an unfinished line is shown after this time */
static const int64_t RETRY_AFTER = 250 * MS;   /* between attempts to write to a disk that refuses */
static const int64_t LOOK_AFTER = 1000 * MS;   /* between looks whether the file is still in its folder */
static const int64_t QUIET_AFTER = 250 * MS;   /* told to end, it does after so long without output */
static const int64_t DRAIN_LIMIT = 5000 * MS;  /* or after this, under the 12 s that the shim waits before it kills */
static const int64_t LOCK_LIMIT = 5000 * MS;   /* for a logger of the same folder to end */
static const int64_t GATHER = 4 * MS;          /* under many small writes, output is gathered for so long */

struct stream {
  const char *name;
  int fd;               /* -1 after its end */
  bool is_open;         /* a part of a line was kept, its end was not */
  int64_t pending_since;
  size_t pending;
  char line[LINE_SIZE];
};

static struct stream streams[2] = {{.name = "stdout", .fd = STDOUT_FD}, {.name = "stderr", .fd = STDERR_FD}};
static char input[READ_SIZE];
static char out[OUT_SIZE];
static size_t out_length;

static char *directory;
static uint64_t max_size, max_files;
static bool has_terminal;

static int log_fd = -1, lock_fd = -1;
static uint64_t number, oldest; /* of the file being written, and the lowest that may exist */
static uint64_t file_size;
static bool was_open;           /* this process has written a file of this folder */
static bool is_taken;           /* another logger of this folder lives */

static int failure;             /* errno of the last attempt to write, 0 when it went well */
static int last_failure;        /* errno of the last one that did not */
static uint64_t dropped;
static int64_t retry_at, looked_at;

static int64_t monotonic(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("warren-log: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
}

/* ---- the folder and its files ---- */

static void path_of(char *path, const char *name) { snprintf(path, PATH_MAX, "%s/%s", directory, name); }

static void path_of_number(char *path, uint64_t n) {
  snprintf(path, PATH_MAX, "%s/%0*llu.log", directory, NAME_DIGITS, (unsigned long long)n);
}

static int make_directory(void) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s", directory);
  for (char *p = path + 1;; p++) {
    if (*p != '/' && *p != 0) continue;
    char kept = *p;
    *p = 0;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return -1;
    if (kept == 0) return 0;
    *p = kept;
  }
}

/* A lock of the process: the kernel frees it however the process ends, and tells others who holds it. */
static int try_lock(int fd) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(fd, F_SETLK, &lock);
}

/* Makes a lock file that is locked from the moment it has its name, so that nobody takes a logger that begins for one that has ended. */
static int make_lock(const char *path) {
  char fresh[PATH_MAX];
  snprintf(fresh, sizeof fresh, "%s/lock.%d", directory, (int)getpid());
  int fd = open(fresh, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  int result = try_lock(fd) == 0 ? link(fresh, path) : -1;
  int error = errno;
  unlink(fresh);
  if (result == 0) return fd;
  close(fd);
  errno = error;
  return -1;
}

static int take_lock(void) {
  char path[PATH_MAX];
  is_taken = false;
  path_of(path, "lock");
  if (lock_fd >= 0) {
    struct stat held, named;
    if (fstat(lock_fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev) return 0;
    close(lock_fd);
    lock_fd = -1;
  }
  for (;;) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
      if (try_lock(fd) == 0) {
        lock_fd = fd;
        return 0;
      }
      int error = errno;
      is_taken = error == EAGAIN || error == EACCES;
      close(fd);
      errno = error;
      return -1;
    }
    if (errno != ENOENT) return -1;
    lock_fd = make_lock(path);
    if (lock_fd >= 0) return 0;
    if (errno != EEXIST) return -1;
  }
}

static int find_numbers(uint64_t *lowest, uint64_t *highest) {
  *lowest = *highest = 0;
  DIR *folder = opendir(directory);
  if (!folder) return -1;
  for (struct dirent *entry; (entry = readdir(folder));) {
    const char *name = entry->d_name;
    if (strlen(name) != NAME_DIGITS + 4 || strcmp(name + NAME_DIGITS, ".log") != 0 || strspn(name, "0123456789") != NAME_DIGITS) continue;
    uint64_t n = strtoull(name, NULL, 10);
    if (n == 0) continue;
    if (n > *highest) *highest = n;
    if (*lowest == 0 || n < *lowest) *lowest = n;
  }
  closedir(folder);
  return 0;
}

/* Takes back what a logger that was killed left of a line. */
static int repair_end(int fd, uint64_t *size) {
  struct stat status;
  if (fstat(fd, &status) != 0) return -1;
  off_t end = status.st_size;
  while (end > 0) {
    off_t start = end > READ_SIZE ? end - READ_SIZE : 0;
    ssize_t n = pread(fd, input, end - start, start);
    if (n <= 0) return -1;
    char *newline = memrchr(input, '\n', n);
    if (newline) {
      end = start + (newline - input) + 1;
      break;
    }
    end = start;
  }
  if (end != status.st_size && ftruncate(fd, end) != 0) return -1;
  *size = end;
  return 0;
}

static void remove_old(uint64_t newest) {
  char path[PATH_MAX];
  for (; oldest + max_files <= newest; oldest++) {
    path_of_number(path, oldest);
    unlink(path);
  }
}

/* Begins the next file; the one before is complete then. */
static int next_file(void) {
  char path[PATH_MAX];
  bool made_room = false;
  for (uint64_t n = number + 1;;) {
    path_of_number(path, n);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
      if (log_fd >= 0) close(log_fd);
      log_fd = fd;
      number = n;
      file_size = 0;
      was_open = true;
      if (oldest == 0) oldest = n;
      remove_old(n);
      return 0;
    }
    if (errno == EEXIST) {
      n++;
    } else if ((errno == ENOSPC || errno == EDQUOT) && !made_room) {
      made_room = true;
      remove_old(n);
    } else {
      return -1;
    }
  }
}

static int open_log(void) {
  if (make_directory() != 0 || take_lock() != 0) return -1;
  uint64_t lowest, highest;
  if (find_numbers(&lowest, &highest) != 0) return -1;
  oldest = lowest;
  looked_at = monotonic();
  if (highest > number) number = highest;
  /* What this process has left behind, it left since it failed there. */
  if (was_open || highest == 0) return next_file();
  char path[PATH_MAX];
  path_of_number(path, highest);
  log_fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
  if (log_fd < 0) return -1;
  if (repair_end(log_fd, &file_size) != 0) {
    int error = errno;
    close(log_fd);
    log_fd = -1;
    was_open = true;
    errno = error;
    return -1;
  }
  was_open = true;
  remove_old(number);
  return 0;
}

/* ---- writing ---- */

static bool fail(int64_t now, int error) {
  failure = last_failure = error ? error : EIO;
  retry_at = now + RETRY_AFTER;
  return false;
}

/* Keeps whole lines only: what was written of the last one is taken back, and stays in memory with what follows. */
static void keep_whole_lines(size_t written) {
  char *newline = written ? memrchr(out, '\n', written) : NULL;
  size_t whole = newline ? (size_t)(newline - out) + 1 : 0;
  if (written > whole && ftruncate(log_fd, file_size + whole) != 0) {
    /* The torn line ends the file for good; readers leave it out, and it is written whole to the next. */
    close(log_fd);
    log_fd = -1;
  }
  file_size += whole;
  out_length -= whole;
  memmove(out, out + whole, out_length);
}

static void look_after_folder(int64_t now) {
  if (log_fd < 0 || now - looked_at < LOOK_AFTER) return;
  looked_at = now;
  struct stat status;
  if (fstat(log_fd, &status) == 0 && status.st_nlink == 0) {
    close(log_fd);
    log_fd = -1;
  }
}

/* Writes what is in memory. False if some of it is left. */
static bool flush(int64_t now) {
  if (out_length == 0) return true;
  if (failure && now < retry_at) return false;
  look_after_folder(now);
  if (log_fd < 0 && open_log() != 0) return fail(now, errno);
  if (file_size >= max_size && next_file() != 0) return fail(now, errno);
  size_t written = 0;
  while (written < out_length) {
    ssize_t n = write(log_fd, out + written, out_length - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      int error = n < 0 ? errno : EIO;
      keep_whole_lines(written);
      return fail(now, error);
    }
    written += n;
  }
  file_size += out_length;
  out_length = 0;
  failure = 0;
  return true;
}

/* ---- entries ---- */

static void put_digits(char *at, int digits, long value) {
  while (digits-- > 0) {
    at[digits] = '0' + value % 10;
    value /= 10;
  }
}

static void put_header(char *at, const struct timespec *time, const char *stream, char tag) {
  static time_t second = -1;
  static char prefix[20];
  if (time->tv_sec != second) {
    struct tm t;
    gmtime_r(&time->tv_sec, &t);
    memcpy(prefix, "0000-00-00T00:00:00.", sizeof prefix);
    put_digits(prefix, 4, t.tm_year + 1900);
    put_digits(prefix + 5, 2, t.tm_mon + 1);
    put_digits(prefix + 8, 2, t.tm_mday);
    put_digits(prefix + 11, 2, t.tm_hour);
    put_digits(prefix + 14, 2, t.tm_min);
    put_digits(prefix + 17, 2, t.tm_sec);
    second = time->tv_sec;
  }
  memcpy(at, prefix, sizeof prefix);
  put_digits(at + 20, 9, time->tv_nsec);
  memcpy(at + 29, "Z ", 2);
  memcpy(at + 31, stream, 6);
  at[37] = ' ';
  at[38] = tag;
  at[39] = ' ';
}

static void append(const struct timespec *time, const char *stream, char tag, const char *a, size_t a_length, const char *b, size_t b_length) {
  char *at = out + out_length;
  put_header(at, time, stream, tag);
  memcpy(at + HEADER_SIZE, a, a_length);
  memcpy(at + HEADER_SIZE + a_length, b, b_length);
  at[HEADER_SIZE + a_length + b_length] = '\n';
  out_length += HEADER_SIZE + a_length + b_length + 1;
}

/* Room for another entry, at the beginning of the next file if this one has reached its size. */
static bool make_room(int64_t now, size_t length) {
  if (out_length + length > OUT_SIZE && !flush(now) && out_length + length > OUT_SIZE) return false;
  if (file_size + out_length >= max_size && flush(now) && file_size >= max_size && log_fd >= 0 && next_file() != 0) fail(now, errno);
  return out_length + length <= OUT_SIZE;
}

/* Tells what was dropped, once there is room for it. */
static bool tell_dropped(int64_t now, const struct timespec *time) {
  if (dropped == 0) return true;
  char text[160];
  int length = snprintf(text, sizeof text, "[warren-log: %llu lines were dropped here, since they could not be written: %s]",
                        (unsigned long long)dropped, strerror(last_failure));
  if (!flush(now) || !make_room(now, HEADER_SIZE + length + 1)) return false;
  append(time, "stderr", 'F', text, length, NULL, 0);
  dropped = 0;
  return true;
}

static void emit(struct stream *s, char tag, const char *rest, size_t rest_length, const struct timespec *time, int64_t now) {
  s->is_open = tag == 'P';
  if (tell_dropped(now, time) && make_room(now, HEADER_SIZE + s->pending + rest_length + 1)) {
    append(time, s->name, tag, s->line, s->pending, rest, rest_length);
  } else {
    dropped++;
  }
  s->pending = 0;
}

static void take(struct stream *s, const char *p, size_t n, const struct timespec *time, int64_t now) {
  while (n > 0) {
    const char *newline = memchr(p, '\n', n);
    size_t length = newline ? (size_t)(newline - p) : n;
    if (s->pending + length > LINE_SIZE) {
      size_t part = LINE_SIZE - s->pending;
      emit(s, 'P', p, part, time, now);
      p += part;
      n -= part;
    } else if (newline) {
      size_t kept = length;
      /* A terminal ends lines with both. */
      if (has_terminal && kept > 0 && p[kept - 1] == '\r') kept--;
      else if (has_terminal && kept == 0 && s->pending > 0 && s->line[s->pending - 1] == '\r') s->pending--;
      emit(s, 'F', p, kept, time, now);
      p += length + 1;
      n -= length + 1;
    } else {
      if (s->pending == 0) s->pending_since = now;
      memcpy(s->line + s->pending, p, length);
      s->pending += length;
      n = 0;
    }
  }
}

static void end_stream(struct stream *s, int64_t now) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  if (s->pending > 0 || s->is_open) emit(s, 'F', NULL, 0, &time, now);
  if (s->fd >= 0) close(s->fd);
  s->fd = -1;
}

/* Shows lines that have waited too long for their end. Returns when the next one will have, or INT64_MAX. */
static int64_t show_partial(int64_t now) {
  int64_t next = INT64_MAX;
  for (int i = 0; i < 2; i++) {
    struct stream *s = &streams[i];
    if (s->pending == 0) continue;
    int64_t due = s->pending_since + PARTIAL_AFTER;
    if (due <= now) {
      struct timespec time;
      clock_gettime(CLOCK_REALTIME, &time);
      emit(s, 'P', NULL, 0, &time, now);
    } else if (due < next) {
      next = due;
    }
  }
  return next;
}

/* ---- the loop ---- */

static int watch_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGQUIT);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* SIGUSR1, and SIGTERM of the shim that started this process, say that the container has ended. Whatever else asks is not heard: signals to a
   group or to all of a service reach loggers of containers that still run. */
static bool told_to_end(int signal_fd, pid_t shim) {
  struct signalfd_siginfo info;
  bool told = false;
  while (read(signal_fd, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGUSR1 || (info.ssi_signo == SIGTERM && (pid_t)info.ssi_pid == shim)) told = true;
  }
  return told;
}

static size_t read_streams(const struct pollfd *polled, int64_t now) {
  size_t total = 0;
  for (int i = 0; i < 2; i++) {
    struct stream *s = &streams[i];
    if (s->fd < 0 || !polled[i].revents) continue;
    ssize_t n = read(s->fd, input, sizeof input);
    if (n > 0) {
      struct timespec time;
      clock_gettime(CLOCK_REALTIME, &time);
      take(s, input, n, &time, now);
      total += n;
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
      end_stream(s, now);
    }
  }
  return total;
}

static int timeout_of(int64_t now, int64_t due) {
  if (due == INT64_MAX) return -1;
  if (due <= now) return 0;
  return (int)((due - now + MS - 1) / MS);
}

/* Under many small writes a short pause costs the container nothing (the pipe is large) and spares most of the work. */
static void gather(int64_t now, size_t total) {
  static int64_t last;
  static int quick;
  static bool is_gathering;
  if (is_gathering) is_gathering = total >= 2048 && total < READ_SIZE / 2;
  else quick = now - last < MS && total < READ_SIZE / 2 ? quick + 1 : 0;
  last = now;
  if (quick > 32) {
    is_gathering = true;
    quick = 0;
  }
  if (!is_gathering) return;
  struct timespec pause = {.tv_nsec = GATHER};
  nanosleep(&pause, NULL);
}

static void run(int signal_fd, pid_t shim) {
  int64_t told_at = 0, output_at = monotonic(), partial_at = INT64_MAX;
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    int64_t now = monotonic(), due = partial_at;
    if (out_length > 0 || dropped > 0) due = due < retry_at ? due : retry_at;
    if (told_at && output_at + QUIET_AFTER < due) due = output_at + QUIET_AFTER;
    if (told_at && told_at + DRAIN_LIMIT < due) due = told_at + DRAIN_LIMIT;
    struct pollfd polled[3] = {
        {.fd = streams[0].fd, .events = POLLIN}, {.fd = streams[1].fd, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};
    if (poll(polled, 3, timeout_of(now, due)) < 0) continue;

    now = monotonic();
    if (polled[2].revents && told_to_end(signal_fd, shim) && !told_at) told_at = output_at = now;
    size_t total = read_streams(polled, now);
    partial_at = show_partial(now);
    if (flush(now) && dropped > 0) {
      struct timespec time;
      clock_gettime(CLOCK_REALTIME, &time);
      if (tell_dropped(now, &time)) flush(now);
    }
    if (total > 0) {
      output_at = now;
      gather(now, total);
    } else if (told_at && (now - output_at >= QUIET_AFTER || now - told_at >= DRAIN_LIMIT)) {
      return;
    }
    if (told_at && now - told_at >= DRAIN_LIMIT) return;
  }
}

/* ---- start and end ---- */

static bool parse_number(const char *text, uint64_t least, uint64_t *value) {
  char *end;
  errno = 0;
  *value = strtoull(text, &end, 10);
  return errno == 0 && *text >= '0' && *text <= '9' && *end == 0 && *value >= least;
}

static bool parse(int count, char **arguments) {
  bool is_right = true;
  if (count % 2 != 1) {
    say("arguments come in pairs: dir, size, files, tty");
    return false;
  }
  for (int i = 1; i < count; i += 2) {
    const char *name = arguments[i], *value = arguments[i + 1];
    bool fits = true;
    uint64_t flag;
    if (strcmp(name, "dir") == 0) {
      directory = arguments[i + 1];
      fits = *value == '/' && strlen(value) < PATH_MAX - 64;
    } else if (strcmp(name, "size") == 0) {
      fits = parse_number(value, MIN_FILE_SIZE, &max_size);
    } else if (strcmp(name, "files") == 0) {
      fits = parse_number(value, 1, &max_files);
    } else if (strcmp(name, "tty") == 0) {
      fits = parse_number(value, 0, &flag) && flag <= 1;
      has_terminal = fits && flag == 1;
    } else {
      fits = false;
    }
    if (!fits) say("%s: '%s' is not right: dir takes an absolute path, size a number of at least %d, files of at least 1, tty 0 or 1", name, value,
                   MIN_FILE_SIZE);
    is_right = is_right && fits;
  }
  if (directory && max_size && max_files) return is_right;
  say("dir, size and files must all be given");
  return false;
}

/* The last logger of this folder may still be writing. */
static bool begin(void) {
  int64_t limit = monotonic() + LOCK_LIMIT;
  while (open_log() != 0) {
    int64_t now = monotonic();
    if (!is_taken) {
      say("%s: %s; trying again", directory, strerror(errno));
      fail(now, errno);
      return true;
    }
    if (now >= limit) {
      say("%s: another logger writes here", directory);
      return false;
    }
    struct timespec pause = {.tv_nsec = 20 * MS};
    nanosleep(&pause, NULL);
  }
  return true;
}

int main(int count, char **arguments) {
  pid_t shim = getppid();
  setsid();
  prctl(PR_SET_PDEATHSIG, 0);
  if (!parse(count, arguments)) return 64;
  if (chdir("/") != 0) say("/: %s", strerror(errno));
  int signal_fd = watch_signals();
  if (signal_fd < 0) {
    say("signalfd: %s", strerror(errno));
    return 71;
  }
  if (has_terminal) {
    close(STDERR_FD);
    streams[1].fd = -1;
  }
  for (int i = 0; i < 2; i++) {
    if (streams[i].fd >= 0) fcntl(streams[i].fd, F_SETPIPE_SZ, PIPE_SIZE);
  }
  if (!begin()) return 75;
  close(READY_FD);
  run(signal_fd, shim);

  /* A last attempt for what a full disk has not taken. */
  int64_t now = monotonic();
  end_stream(&streams[0], now);
  end_stream(&streams[1], now);
  retry_at = 0;
  flush(now);
  if (out_length == 0 && dropped == 0) return 0;
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  if (dropped > 0 && tell_dropped(now, &time)) flush(now);
  return out_length == 0 && dropped == 0 ? 0 : 74;
}
