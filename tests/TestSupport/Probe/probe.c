/*
 * Reports from inside a container what it really has. Static, so that it runs in an empty image. Tests run it in one of these ways:
 *
 *   probe report            writes the whole report as JSON to stdout and ends
 *   probe do COMMAND ARGS   carries out one command, writes its answer as a line of JSON to stdout and ends
 *   probe trap              ignores SIGTERM and SIGINT, says "ready" and waits for ever
 *   probe wait              says "ready" and waits; writes "signal NAME" for each signal, ends with code 0 at SIGTERM
 *   probe lines N SIZE      writes N lines of SIZE characters to stdout and as many to stderr
 *   probe exit CODE         ends with this code
 *   probe serve PORT        HTTP on all addresses, TCP echo on PORT+1 and UDP echo on PORT+2; counts signals, ignores none but SIGTERM
 *                           when started as "serve PORT trap"
 *
 * Over HTTP: GET /report, GET /status/CODE (answers with that status), and GET /do?COMMAND&ARG&ARG with percent-encoded parts. An address
 * is always a number: a static program resolves no names. Commands:
 *
 *   read PATH               content or errno          stat PATH         type, mode, uid, gid, size, rdev
 *   write PATH [TEXT]       0 or errno                open PATH FLAGS   r, w or rw: 0 or errno (devices)
 *   list PATH               names                     syscall NAME      0 or errno of a system call that does no harm
 *   setuid-run PATH ARGS    output and exit code      signals           counts by name
 *   alloc BYTES             touches so much memory    spawn N           how many children could be made
 *   burn MILLISECONDS       processor time taken      lines N SIZE      writes to stdout and stderr
 *   mount-tmpfs PATH        0 or errno
 *   connect HOST PORT TEXT  what a TCP server answers udp HOST PORT TEXT  what a UDP server answers
 *   exit CODE               ends the program
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int g_argc;
static char **g_argv;
static atomic_int g_signals[65];

/* Text that grows. */

typedef struct {
    char *data;
    size_t length, room;
} text;

static void add_bytes(text *t, const char *data, size_t length)
{
    if (t->length + length + 1 > t->room) {
        t->room = (t->length + length + 1) * 2;
        t->data = realloc(t->data, t->room);
        if (!t->data) abort();
    }
    memcpy(t->data + t->length, data, length);
    t->length += length;
    t->data[t->length] = 0;
}

static void add(text *t, const char *format, ...)
{
    char buffer[512];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(buffer, sizeof buffer, format, list);
    va_end(list);
    add_bytes(t, buffer, length < (int)sizeof buffer ? (size_t)length : sizeof buffer - 1);
}

static void add_string_n(text *t, const char *value, size_t length)
{
    add(t, "\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)value[i];
        if (c == '"' || c == '\\') add(t, "\\%c", c);
        else if (c == '\n') add(t, "\\n");
        else if (c < 0x20) add(t, "\\u%04x", c);
        else add_bytes(t, (const char *)&c, 1);
    }
    add(t, "\"");
}

static void add_string(text *t, const char *value) { add_string_n(t, value, strlen(value)); }

/* Files. */

static int read_file(const char *path, text *into)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return errno;
    char buffer[4096];
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0 && into->length < (1 << 20)) add_bytes(into, buffer, (size_t)n);
    int error = n < 0 ? errno : 0;
    close(fd);
    return error;
}

static void add_file(text *t, const char *path)
{
    text content = {0};
    if (read_file(path, &content)) add(t, "null");
    else add_string_n(t, content.data ? content.data : "", content.length);
    free(content.data);
}

static void add_lines(text *t, const char *path)
{
    text content = {0};
    add(t, "[");
    if (read_file(path, &content) == 0 && content.data) {
        int first = 1;
        for (char *line = content.data; *line;) {
            size_t length = strcspn(line, "\n");
            if (!first) add(t, ",");
            first = 0;
            add_string_n(t, line, length);
            line += length + (line[length] == '\n');
        }
    }
    add(t, "]");
    free(content.data);
}

static void add_status_field(text *t, const char *status, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "\n%s:", name);
    const char *found = status ? strstr(status, key) : NULL;
    if (!found) {
        add(t, "null");
        return;
    }
    found += strlen(key);
    while (*found == '\t' || *found == ' ') found++;
    add_string_n(t, found, strcspn(found, "\n"));
}

/* The report. */

static const struct { const char *name; int resource; } k_limits[] = {
    {"as", RLIMIT_AS}, {"core", RLIMIT_CORE}, {"cpu", RLIMIT_CPU}, {"data", RLIMIT_DATA}, {"fsize", RLIMIT_FSIZE}, {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE}, {"nofile", RLIMIT_NOFILE}, {"nproc", RLIMIT_NPROC},
    {"rss", RLIMIT_RSS}, {"rtprio", RLIMIT_RTPRIO}, {"rttime", RLIMIT_RTTIME}, {"sigpending", RLIMIT_SIGPENDING}, {"stack", RLIMIT_STACK},
};

static void add_limit(text *t, rlim_t value)
{
    if (value == RLIM_INFINITY) add(t, "-1");
    else add(t, "%llu", (unsigned long long)value);
}

static void add_addresses(text *t)
{
    struct ifaddrs *all = NULL;
    add(t, "[");
    if (getifaddrs(&all) == 0) {
        int first = 1;
        for (struct ifaddrs *i = all; i; i = i->ifa_next) {
            char address[INET6_ADDRSTRLEN];
            if (!i->ifa_addr) continue;
            int family = i->ifa_addr->sa_family;
            int bits = 0;
            const unsigned char *mask = NULL;
            if (family == AF_INET) {
                inet_ntop(family, &((struct sockaddr_in *)i->ifa_addr)->sin_addr, address, sizeof address);
                mask = i->ifa_netmask ? (const unsigned char *)&((struct sockaddr_in *)i->ifa_netmask)->sin_addr : NULL;
            } else if (family == AF_INET6) {
                inet_ntop(family, &((struct sockaddr_in6 *)i->ifa_addr)->sin6_addr, address, sizeof address);
                mask = i->ifa_netmask ? (const unsigned char *)&((struct sockaddr_in6 *)i->ifa_netmask)->sin6_addr : NULL;
            } else continue;
            for (int byte = 0; mask && byte < (family == AF_INET ? 4 : 16); byte++) bits += __builtin_popcount(mask[byte]);
            if (!first) add(t, ",");
            first = 0;
            add(t, "{\"interface\":\"%s\",\"family\":%d,\"address\":\"%s\",\"bits\":%d}", i->ifa_name, family == AF_INET ? 4 : 6, address, bits);
        }
        freeifaddrs(all);
    }
    add(t, "]");
}

static const char *signal_name(int number)
{
    static __thread char other[16];
    const char *name = sigabbrev_np(number);
    if (name) snprintf(other, sizeof other, "SIG%s", name);
    else snprintf(other, sizeof other, "%d", number);
    return other;
}

static void add_signals(text *t)
{
    add(t, "{");
    int first = 1;
    for (int i = 1; i <= 64; i++) {
        int count = g_signals[i];
        if (!count) continue;
        add(t, "%s\"%s\":%d", first ? "" : ",", signal_name(i), count);
        first = 0;
    }
    add(t, "}");
}

static void add_report(text *t)
{
    char buffer[4096];
    text status = {0};
    read_file("/proc/self/status", &status);

    add(t, "{\"args\":[");
    for (int i = 0; i < g_argc; i++) {
        if (i) add(t, ",");
        add_string(t, g_argv[i]);
    }
    add(t, "],\"env\":[");
    for (char **e = environ; *e; e++) {
        if (e != environ) add(t, ",");
        add_string(t, *e);
    }
    add(t, "],\"pid\":%d,\"ppid\":%d,\"uid\":%u,\"euid\":%u,\"gid\":%u,\"egid\":%u,\"groups\":[", getpid(), getppid(), getuid(), geteuid(), getgid(), getegid());
    gid_t groups[256];
    int count = getgroups(256, groups);
    for (int i = 0; i < count; i++) add(t, "%s%u", i ? "," : "", groups[i]);
    add(t, "],\"cwd\":");
    add_string(t, getcwd(buffer, sizeof buffer) ? buffer : "");
    gethostname(buffer, sizeof buffer);
    add(t, ",\"hostname\":");
    add_string(t, buffer);
    mode_t mask = umask(022);
    umask(mask);
    add(t, ",\"umask\":%u,\"tty\":[%d,%d,%d]", mask, isatty(0), isatty(1), isatty(2));
    add(t, ",\"limits\":{");
    for (size_t i = 0; i < sizeof k_limits / sizeof *k_limits; i++) {
        struct rlimit limit;
        getrlimit((__rlimit_resource_t)k_limits[i].resource, &limit);
        add(t, "%s\"%s\":{\"soft\":", i ? "," : "", k_limits[i].name);
        add_limit(t, limit.rlim_cur);
        add(t, ",\"hard\":");
        add_limit(t, limit.rlim_max);
        add(t, "}");
    }
    add(t, "},\"capabilities\":{");
    static const char *sets[][2] = {{"inheritable", "CapInh"}, {"permitted", "CapPrm"}, {"effective", "CapEff"}, {"bounding", "CapBnd"}, {"ambient", "CapAmb"}};
    for (size_t i = 0; i < 5; i++) {
        add(t, "%s\"%s\":", i ? "," : "", sets[i][0]);
        add_status_field(t, status.data, sets[i][1]);
    }
    add(t, "},\"noNewPrivileges\":");
    add_status_field(t, status.data, "NoNewPrivs");
    add(t, ",\"seccomp\":");
    add_status_field(t, status.data, "Seccomp");
    add(t, ",\"cpusAllowed\":");
    add_status_field(t, status.data, "Cpus_allowed_list");
    add(t, ",\"oomScoreAdj\":");
    add_file(t, "/proc/self/oom_score_adj");
    add(t, ",\"cgroup\":");
    add_file(t, "/proc/self/cgroup");
    add(t, ",\"namespaces\":{");
    static const char *spaces[] = {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/ns/%s", spaces[i]);
        ssize_t n = readlink(path, buffer, sizeof buffer);
        add(t, "%s\"%s\":", i ? "," : "", spaces[i]);
        add_string_n(t, buffer, n > 0 ? (size_t)n : 0);
    }
    add(t, "},\"mounts\":");
    add_lines(t, "/proc/self/mountinfo");
    add(t, ",\"addresses\":");
    add_addresses(t);
    add(t, ",\"resolvConf\":");
    add_file(t, "/etc/resolv.conf");
    add(t, ",\"hosts\":");
    add_file(t, "/etc/hosts");
    add(t, ",\"signals\":");
    add_signals(t);
    add(t, "}");
    free(status.data);
}

/* System calls that change nothing where they are allowed: tried in a child, with arguments that fail before they act if they can. */

static int in_namespace(void *unused) { (void)unused; return 0; }

static char g_stack[65536] __attribute__((aligned(16)));

static int namespace_clone(int flags)
{
    int child = clone(in_namespace, g_stack + sizeof g_stack, flags | SIGCHLD, NULL);
    if (child < 0) return errno;
    waitpid(child, NULL, 0);
    return 0;
}

static int result(long value) { return value < 0 ? errno : 0; }

static int try_syscall(const char *name)
{
#define IS(text) (strcmp(name, text) == 0)
    if (IS("mount")) return result(mount("none", "/proc/self/nowhere", "tmpfs", 0, NULL));
    if (IS("umount2")) return result(umount2("/proc/self/nowhere", 0));
    if (IS("unshare-mount")) return result(unshare(CLONE_NEWNS));
    if (IS("unshare-user")) return result(unshare(CLONE_NEWUSER));
    if (IS("setns")) return result(setns(-1, 0));
    if (IS("clone-thread")) return namespace_clone(0);
    if (IS("clone-user")) return namespace_clone(CLONE_NEWUSER);
    if (IS("clone-pid")) return namespace_clone(CLONE_NEWPID);
    if (IS("clone-net")) return namespace_clone(CLONE_NEWNET);
    if (IS("clone3")) return result(syscall(SYS_clone3, NULL, 0));
    if (IS("keyctl")) return result(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
    if (IS("add_key")) return result(syscall(SYS_add_key, "user", "warren-probe", "x", 1, KEY_SPEC_THREAD_KEYRING));
    if (IS("request_key")) return result(syscall(SYS_request_key, "user", "warren-probe-none", NULL, 0));
    if (IS("ptrace")) return result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    if (IS("process_vm_readv")) return result(syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0));
    if (IS("kcmp")) return result(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0));
    if (IS("bpf")) return result(syscall(SYS_bpf, -1, NULL, 0));
    if (IS("perf_event_open")) return result(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    if (IS("kexec_load")) return result(syscall(SYS_kexec_load, 0, 1, NULL, ~0UL));
    if (IS("init_module")) return result(syscall(SYS_init_module, NULL, 0, ""));
    if (IS("reboot")) return result(syscall(SYS_reboot, 0, 0, 0, NULL));
    if (IS("swapon")) return result(syscall(SYS_swapon, "/proc/self/nowhere", 0));
    if (IS("swapoff")) return result(syscall(SYS_swapoff, "/proc/self/nowhere"));
    if (IS("acct")) return result(syscall(SYS_acct, "/proc/self/nowhere"));
    if (IS("settimeofday")) return result(syscall(SYS_settimeofday, (void *)1, NULL));
    if (IS("clock_settime")) return result(syscall(SYS_clock_settime, -100, NULL));
    if (IS("chroot")) return result(chroot("/"));
    if (IS("pivot_root")) return result(syscall(SYS_pivot_root, "/proc/self/nowhere", "/proc/self/nowhere"));
    if (IS("open_by_handle_at")) return result(syscall(SYS_open_by_handle_at, -1, NULL, 0));
    if (IS("name_to_handle_at")) return result(syscall(SYS_name_to_handle_at, -1, "", NULL, NULL, 0));
    if (IS("syslog")) return result(syscall(SYS_syslog, 10, NULL, 0));
    if (IS("sethostname")) return result(sethostname("probe-changed", 13));
    if (IS("quotactl")) return result(syscall(SYS_quotactl, -1, NULL, 0, NULL));
    if (IS("userfaultfd")) return result(syscall(SYS_userfaultfd, 0));
    if (IS("io_uring_setup")) return result(syscall(SYS_io_uring_setup, 0, NULL));
    if (IS("fsopen")) return result(syscall(SYS_fsopen, NULL, 0));
    if (IS("mbind")) return result(syscall(SYS_mbind, 0, 0, 0, NULL, 0, 0));
    if (IS("get_mempolicy")) return result(syscall(SYS_get_mempolicy, NULL, NULL, 0, 0, 0));
    if (IS("vhangup")) return result(syscall(SYS_vhangup));
    if (IS("personality-ask")) return result(personality(0xffffffff));
    if (IS("personality-noaslr")) return result(personality(ADDR_NO_RANDOMIZE));
    if (IS("socket-inet")) return result(socket(AF_INET, SOCK_DGRAM, 0));
    if (IS("socket-raw")) return result(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    if (IS("socket-ping")) return result(socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
    if (IS("socket-netlink")) return result(socket(AF_NETLINK, SOCK_RAW, 0));
    if (IS("socket-alg")) return result(socket(AF_ALG, SOCK_SEQPACKET, 0));
    if (IS("socket-vsock")) return result(socket(AF_VSOCK, SOCK_STREAM, 0));
    if (IS("bind-80")) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
        return result(bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address));
    }
    if (IS("setuid-0")) return result(setuid(0));
    if (IS("setuid-1")) return result(setuid(1));
    if (IS("setgroups")) return result(setgroups(0, NULL));
    if (IS("mknod-null")) {
        int error = result(mknod("/dev/warren-probe", S_IFCHR | 0600, makedev(1, 3)));
        unlink("/dev/warren-probe");
        return error;
    }
    if (IS("chown")) return result(chown("/proc/self/nowhere", 1, 1) < 0 && errno == ENOENT ? 0 : -1);
    if (IS("nice")) return result(setpriority(PRIO_PROCESS, 0, -1));
    return -1;
#undef IS
}

static int try_in_child(const char *name)
{
    int pipes[2];
    if (pipe(pipes)) return errno;
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        errno = 0;
        int error = try_syscall(name);
        if (write(pipes[1], &error, sizeof error) != sizeof error) _exit(1);
        /* A traced child would stop at its end. */
        syscall(SYS_exit_group, 0);
    }
    close(pipes[1]);
    int error = -2;
    if (read(pipes[0], &error, sizeof error) != sizeof error) error = -2;
    close(pipes[0]);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return error;
}

/* Commands. */

static void add_errno(text *t, int error)
{
    if (error == -1) add(t, "{\"error\":\"unknown\"}");
    else if (error == -2) add(t, "{\"error\":\"killed\"}");
    else if (error == 0) add(t, "{\"errno\":0,\"name\":\"OK\"}");
    else add(t, "{\"errno\":%d,\"name\":\"%s\"}", error, strerrorname_np(error) ? strerrorname_np(error) : "?");
}

static long long now_ms(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void write_lines(long count, long size)
{
    char *line = malloc((size_t)size + 1);
    if (!line) abort();
    for (long i = 0; i < count; i++) {
        for (int stream = 1; stream <= 2; stream++) {
            int head = snprintf(line, (size_t)size + 1, "%s %ld ", stream == 1 ? "out" : "err", i);
            if (head < size) memset(line + head, '.', (size_t)(size - head));
            line[size] = '\n';
            for (long done = 0; done < size + 1;) {
                ssize_t n = write(stream, line + done, (size_t)(size + 1 - done));
                if (n < 0) return;
                done += n;
            }
        }
    }
    free(line);
}

static void add_output(text *t, char **command)
{
    int pipes[2];
    if (pipe(pipes)) {
        add_errno(t, errno);
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 1);
        execv(command[0], command);
        _exit(127);
    }
    close(pipes[1]);
    text output = {0};
    char buffer[4096];
    ssize_t n;
    while ((n = read(pipes[0], buffer, sizeof buffer)) > 0) add_bytes(&output, buffer, (size_t)n);
    close(pipes[0]);
    int status = 0;
    waitpid(child, &status, 0);
    add(t, "{\"code\":%d,\"output\":", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    add_string_n(t, output.data ? output.data : "", output.length);
    add(t, "}");
    free(output.data);
}

static void add_exchange(text *t, const char *host, const char *port, const char *message, int type)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = four.sin_port};
    int is_four = inet_pton(AF_INET, host, &four.sin_addr) == 1;
    if (!is_four && inet_pton(AF_INET6, host, &six.sin6_addr) != 1) {
        add(t, "{\"error\":\"not an address\"}");
        return;
    }
    const struct sockaddr *to = is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six;
    int fd = socket(to->sa_family, type | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    char buffer[4096];
    ssize_t n = -1;
    if (fd >= 0 && connect(fd, to, is_four ? sizeof four : sizeof six) == 0 && send(fd, message, strlen(message), MSG_NOSIGNAL) >= 0) {
        if (type == SOCK_STREAM) shutdown(fd, SHUT_WR);
        n = recv(fd, buffer, sizeof buffer, 0);
    }
    if (n < 0) add_errno(t, errno);
    else {
        add(t, "{\"errno\":0,\"name\":\"OK\",\"answer\":");
        add_string_n(t, buffer, (size_t)n);
        add(t, "}");
    }
    if (fd >= 0) close(fd);
}

static int execute(text *t, int count, char **words)
{
    const char *name = count > 0 ? words[0] : "";
    const char *first = count > 1 ? words[1] : "";
    const char *second = count > 2 ? words[2] : "";
    const char *third = count > 3 ? words[3] : "";
#define IS(text) (strcmp(name, text) == 0)
    if (IS("read")) {
        text content = {0};
        int error = read_file(first, &content);
        if (error) add_errno(t, error);
        else {
            add(t, "{\"errno\":0,\"name\":\"OK\",\"content\":");
            add_string_n(t, content.data ? content.data : "", content.length);
            add(t, "}");
        }
        free(content.data);
    } else if (IS("write")) {
        int fd = open(first, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        int error = fd < 0 ? errno : 0;
        if (fd >= 0) {
            const char *content = count > 2 ? second : "x";
            if (write(fd, content, strlen(content)) < 0) error = errno;
            if (close(fd) < 0 && !error) error = errno;
        }
        add_errno(t, error);
    } else if (IS("open")) {
        int flags = strcmp(second, "rw") == 0 ? O_RDWR : strcmp(second, "w") == 0 ? O_WRONLY : O_RDONLY;
        int fd = open(first, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        add_errno(t, fd < 0 ? errno : 0);
        if (fd >= 0) close(fd);
    } else if (IS("stat")) {
        struct stat s;
        if (lstat(first, &s)) add_errno(t, errno);
        else {
            const char *type = S_ISREG(s.st_mode) ? "file" : S_ISDIR(s.st_mode) ? "folder" : S_ISLNK(s.st_mode) ? "link" : S_ISCHR(s.st_mode) ? "character"
                : S_ISBLK(s.st_mode) ? "block" : S_ISFIFO(s.st_mode) ? "fifo" : "socket";
            add(t, "{\"errno\":0,\"name\":\"OK\",\"type\":\"%s\",\"mode\":\"%04o\",\"uid\":%u,\"gid\":%u,\"size\":%lld,\"inode\":%llu,\"major\":%u,\"minor\":%u}",
                type, s.st_mode & 07777, s.st_uid, s.st_gid, (long long)s.st_size, (unsigned long long)s.st_ino, major(s.st_rdev), minor(s.st_rdev));
        }
    } else if (IS("list")) {
        DIR *folder = opendir(first);
        if (!folder) add_errno(t, errno);
        else {
            add(t, "{\"errno\":0,\"name\":\"OK\",\"names\":[");
            int any = 0;
            for (struct dirent *entry; (entry = readdir(folder));) {
                if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
                if (any++) add(t, ",");
                add_string(t, entry->d_name);
            }
            add(t, "]}");
            closedir(folder);
        }
    } else if (IS("mount-tmpfs")) add_errno(t, result(mount("tmpfs", first, "tmpfs", 0, NULL)));
    else if (IS("syscall")) add_errno(t, try_in_child(first));
    else if (IS("setuid-run")) add_output(t, words + 1);
    else if (IS("signals")) add_signals(t);
    else if (IS("alloc")) {
        size_t bytes = strtoull(first, NULL, 10);
        volatile char *memory = malloc(bytes);
        for (size_t i = 0; memory && i < bytes; i += 4096) memory[i] = 1;
        add(t, "{\"touched\":%zu}", memory ? bytes : 0);
    } else if (IS("spawn")) {
        long wanted = strtol(first, NULL, 10), made = 0;
        int error = 0;
        pid_t *children = calloc((size_t)wanted + 1, sizeof *children);
        if (!children) abort();
        for (; made < wanted; made++) {
            pid_t child = fork();
            if (child == 0) {
                for (;;) pause();
            }
            if (child < 0) {
                error = errno;
                break;
            }
            children[made] = child;
        }
        for (long i = 0; i < made; i++) {
            kill(children[i], SIGKILL);
            waitpid(children[i], NULL, 0);
        }
        free(children);
        add(t, "{\"made\":%ld,\"errno\":%d}", made, error);
    } else if (IS("burn")) {
        long long end = now_ms(CLOCK_MONOTONIC) + strtoll(first, NULL, 10), start = now_ms(CLOCK_PROCESS_CPUTIME_ID);
        while (now_ms(CLOCK_MONOTONIC) < end);
        add(t, "{\"cpuMilliseconds\":%lld}", now_ms(CLOCK_PROCESS_CPUTIME_ID) - start);
    } else if (IS("lines")) {
        write_lines(strtol(first, NULL, 10), strtol(second, NULL, 10));
        add(t, "{\"done\":true}");
    } else if (IS("connect")) add_exchange(t, first, second, third, SOCK_STREAM);
    else if (IS("udp")) add_exchange(t, first, second, third, SOCK_DGRAM);
    else if (IS("report")) add_report(t);
    else if (IS("exit")) _exit(atoi(first));
    else {
        add(t, "{\"error\":\"no such command\"}");
        return 0;
    }
    return 1;
#undef IS
}

/* Servers. */

static void count_signal(int number) { g_signals[number]++; }

static void catch_signals(int with_term)
{
    for (int i = 1; i <= 64; i++) {
        if (i == SIGKILL || i == SIGSTOP || i == 32 || i == 33 || i == SIGSEGV || i == SIGBUS || i == SIGFPE || i == SIGILL || i == SIGCHLD) continue;
        if (i == SIGPIPE) {
            signal(i, SIG_IGN);
            continue;
        }
        if (i == SIGTERM && !with_term) continue;
        struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
        sigaction(i, &action, NULL);
    }
}

static void end_at_term(int number)
{
    (void)number;
    _exit(0);
}

static int listen_on(int port, int type)
{
    int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0), family6 = fd >= 0, on = 1, off = 0;
    if (fd < 0) fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (family6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, family6 ? (struct sockaddr *)&six : (struct sockaddr *)&four, family6 ? sizeof six : sizeof four)
        || (type == SOCK_STREAM && listen(fd, 128))) {
        fprintf(stderr, "cannot listen on port %d: %s\n", port, strerror(errno));
        exit(1);
    }
    return fd;
}

static char *unescape(char *part)
{
    char *to = part;
    for (char *from = part; *from; from++) {
        unsigned code;
        if (*from == '%' && sscanf(from + 1, "%2x", &code) == 1) {
            *to++ = (char)code;
            from += 2;
        } else *to++ = *from;
    }
    *to = 0;
    return part;
}

static void answer(int fd, char *request)
{
    text body = {0};
    const char *status = "200 OK";
    char *path = strchr(request, ' ');
    char *end = path ? strchr(path + 1, ' ') : NULL;
    if (!end) {
        status = "400 Bad Request";
        add(&body, "{}");
    } else {
        *end = 0;
        path++;
        if (strcmp(path, "/") == 0 || strcmp(path, "/report") == 0) add_report(&body);
        else if (strncmp(path, "/status/", 8) == 0) {
            static __thread char chosen[64];
            snprintf(chosen, sizeof chosen, "%d Chosen", atoi(path + 8));
            status = chosen;
            add(&body, "{}");
        } else if (strncmp(path, "/do?", 4) == 0) {
            char *words[32];
            int count = 0;
            for (char *next = path + 4; next && count < 31;) {
                char *word = strsep(&next, "&");
                words[count++] = unescape(word);
            }
            words[count] = NULL;
            if (!execute(&body, count, words)) status = "404 Not Found";
        } else {
            status = "404 Not Found";
            add(&body, "{}");
        }
    }
    text whole = {0};
    add(&whole, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status, body.length);
    add_bytes(&whole, body.data, body.length);
    for (size_t done = 0; done < whole.length;) {
        ssize_t n = send(fd, whole.data + done, whole.length - done, MSG_NOSIGNAL);
        if (n <= 0) break;
        done += (size_t)n;
    }
    free(body.data);
    free(whole.data);
}

static void *serve_http(void *argument)
{
    int fd = (int)(long)argument;
    char request[8192];
    size_t length = 0;
    while (length < sizeof request - 1) {
        ssize_t n = recv(fd, request + length, sizeof request - 1 - length, 0);
        if (n <= 0) break;
        length += (size_t)n;
        request[length] = 0;
        if (strstr(request, "\r\n\r\n")) {
            answer(fd, request);
            break;
        }
    }
    close(fd);
    return NULL;
}

static void *serve_echo(void *argument)
{
    int fd = (int)(long)argument;
    char buffer[4096];
    ssize_t n;
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0)
        if (send(fd, buffer, (size_t)n, MSG_NOSIGNAL) < 0) break;
    close(fd);
    return NULL;
}

static void serve(int port)
{
    struct pollfd sockets[] = {
        {listen_on(port, SOCK_STREAM), POLLIN, 0}, {listen_on(port + 1, SOCK_STREAM), POLLIN, 0}, {listen_on(port + 2, SOCK_DGRAM), POLLIN, 0},
    };
    printf("ready\n");
    fflush(stdout);
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 128 * 1024);
    for (;;) {
        if (poll(sockets, 3, -1) < 0) continue;
        for (int i = 0; i < 2; i++) {
            if (!(sockets[i].revents & POLLIN)) continue;
            int fd = accept4(sockets[i].fd, NULL, NULL, SOCK_CLOEXEC);
            pthread_t thread;
            if (fd >= 0 && pthread_create(&thread, &detached, i == 0 ? serve_http : serve_echo, (void *)(long)fd)) close(fd);
        }
        if (sockets[2].revents & POLLIN) {
            char buffer[4096];
            struct sockaddr_storage from;
            socklen_t length = sizeof from;
            ssize_t n = recvfrom(sockets[2].fd, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &length);
            if (n >= 0) sendto(sockets[2].fd, buffer, (size_t)n, 0, (struct sockaddr *)&from, length);
        }
    }
}

static void say_signals(void)
{
    static int told[65];
    for (;;) {
        for (int i = 1; i <= 64; i++) {
            while (told[i] < g_signals[i]) {
                told[i]++;
                printf("signal %s\n", signal_name(i));
                fflush(stdout);
                if (i == SIGTERM) exit(0);
            }
        }
        poll(NULL, 0, 10);
    }
}

int main(int argc, char **argv)
{
    g_argc = argc;
    g_argv = argv;
    const char *mode = argc > 1 ? argv[1] : "report";
    text t = {0};
    if (strcmp(mode, "report") == 0 || strcmp(mode, "do") == 0) {
        if (strcmp(mode, "report") == 0) add_report(&t);
        else execute(&t, argc - 2, argv + 2);
        printf("%s\n", t.data);
        return 0;
    }
    if (strcmp(mode, "exit") == 0) return argc > 2 ? atoi(argv[2]) : 0;
    if (strcmp(mode, "lines") == 0 && argc > 3) {
        write_lines(atol(argv[2]), atol(argv[3]));
        return 0;
    }
    if (strcmp(mode, "trap") == 0) {
        signal(SIGTERM, SIG_IGN);
        signal(SIGINT, SIG_IGN);
        printf("ready\n");
        fflush(stdout);
        for (;;) pause();
    }
    if (strcmp(mode, "wait") == 0) {
        catch_signals(1);
        printf("ready\n");
        fflush(stdout);
        say_signals();
    }
    if (strcmp(mode, "serve") == 0 && argc > 2) {
        int trap = argc > 3 && strcmp(argv[3], "trap") == 0;
        catch_signals(trap);
        if (!trap) signal(SIGTERM, end_at_term);
        serve(atoi(argv[2]));
    }
    fprintf(stderr, "probe report | do COMMAND ARGS | trap | wait | lines N SIZE | exit CODE | serve PORT [trap]\n");
    return 2;
}
