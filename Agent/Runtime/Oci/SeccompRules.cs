using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Warren.Agent.Runtime.Oci;

/// <summary>
/// Which system calls a container may make by default; all others fail with EPERM. The decisions are those of Docker's default profile
/// (moby/profiles, seccomp/default.json of May 2026, kernel 6.13), stated here in our own form.
/// </summary>
internal static class SeccompRules
{
    private const uint Enosys = 38;

    // Address families: the kernel's own cryptography and the channel to the hypervisor reach round the container's walls.
    private const ulong AfAlg = 38;
    private const ulong AfNfc = 39;
    private const ulong AfVsock = 40;

    // CLONE_NEW* for cgroup, uts, ipc, user, pid, net and mount namespaces.
    private const ulong NewNamespaces = 0x7E02_0000;

    // Personalities that only change what a process is told: Linux, 32-bit Linux, both with the old kernel's name; and asking which.
    private static readonly ImmutableArray<ulong> s_personalities = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xFFFF_FFFF];

    private const string Harmless = """
        _llseek _newselect accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown chown32
        clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep
        clock_nanosleep_time64 close close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1
        epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit
        exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown
        fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat64
        fstatfs fstatfs64 fsync ftruncate ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake
        futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid geteuid32 getgid
        getgid32 getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid
        getresgid32 getresuid getresuid32 getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getuid32
        getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
        io_pgetevents io_pgetevents_time64 io_setup io_submit ioctl ioprio_get ioprio_set ipc kill landlock_add_rule
        landlock_create_ruleset landlock_restrict_self lchown lchown32 lgetxattr link linkat listen listmount listxattr
        listxattrat llistxattr lremovexattr lseek lsetxattr lstat lstat64 madvise map_shadow_stack membarrier memfd_create
        memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap mmap2 mprotect mq_getsetattr mq_notify
        mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget
        msgrcv msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat open openat openat2 pause
        pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl pread64 preadv
        preadv2 prlimit64 process_mrelease pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read readahead readlink readlinkat
        readv recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat rename renameat
        renameat2 restart_syscall riscv_hwprobe rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
        rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max
        sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
        sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp
        select semctl semget semop semtimedop semtimedop_time64 send sendfile sendfile64 sendmmsg sendmsg sendto set_robust_list
        set_thread_area set_tid_address setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer
        setpgid setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid
        setsockopt setuid setuid32 setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4
        sigprocmask sigreturn socketcall socketpair splice stat stat64 statfs statfs64 statmount statx symlink symlinkat sync
        sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64
        timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times
        tkill truncate truncate64 ugetrlimit umask uname unlink unlinkat uretprobe utime utimensat utimensat_time64 utimes vfork
        vmsplice wait4 waitid waitpid write writev
        """;

    public static ImmutableArray<SeccompRule> All { get; } =
    [
        new(Harmless),
        // Before 4.8 ptrace could be used to get past the filter.
        new("process_vm_readv process_vm_writev ptrace") { FromKernel = new(4, 8) },

        new("socket") { Argument = new(0, SeccompComparison.Less, AfAlg) },
        new("socket") { Argument = new(0, SeccompComparison.Equal, AfNfc) },
        new("socket") { Argument = new(0, SeccompComparison.Greater, AfVsock) },
        .. s_personalities.Select(value => new SeccompRule("personality") { Argument = new(0, SeccompComparison.Equal, value) }),

        // Threads and processes, but no namespaces. clone3 has its flags in memory, where no filter sees them: told that it does not
        // exist, the C library falls back to clone. On s390x the first two arguments of clone are swapped.
        new("clone")
        {
            Argument = new(0, SeccompComparison.MaskedEqual, NewNamespaces),
            WithoutCapability = "CAP_SYS_ADMIN",
            NotOn = [Architecture.S390x],
        },
        new("clone")
        {
            Argument = new(1, SeccompComparison.MaskedEqual, NewNamespaces),
            WithoutCapability = "CAP_SYS_ADMIN",
            OnlyOn = [Architecture.S390x],
        },
        new("clone3") { Errno = Enosys, WithoutCapability = "CAP_SYS_ADMIN" },

        new("sync_file_range2 swapcontext") { OnlyOn = [Architecture.Ppc64le] },
        new("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls")
        {
            OnlyOn = [Architecture.Arm, Architecture.Arm64],
        },
        new("arch_prctl") { OnlyOn = [Architecture.X64] },
        new("modify_ldt") { OnlyOn = [Architecture.X64, Architecture.X86] },
        new("s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr") { OnlyOn = [Architecture.S390x] },
        new("riscv_flush_icache") { OnlyOn = [Architecture.RiscV64] },

        new("open_by_handle_at") { WithCapability = "CAP_DAC_READ_SEARCH" },
        new("""
            bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules
            lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname
            sethostname setns syslog umount umount2 unshare
            """) { WithCapability = "CAP_SYS_ADMIN" },
        new("reboot") { WithCapability = "CAP_SYS_BOOT" },
        new("chroot") { WithCapability = "CAP_SYS_CHROOT" },
        new("delete_module finit_module init_module") { WithCapability = "CAP_SYS_MODULE" },
        new("acct") { WithCapability = "CAP_SYS_PACCT" },
        new("kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace") { WithCapability = "CAP_SYS_PTRACE" },
        new("ioperm iopl") { WithCapability = "CAP_SYS_RAWIO" },
        new("clock_settime clock_settime64 settimeofday stime") { WithCapability = "CAP_SYS_TIME" },
        new("vhangup") { WithCapability = "CAP_SYS_TTY_CONFIG" },
        new("get_mempolicy mbind set_mempolicy set_mempolicy_home_node") { WithCapability = "CAP_SYS_NICE" },
        new("syslog") { WithCapability = "CAP_SYSLOG" },
        new("bpf") { WithCapability = "CAP_BPF" },
        new("perf_event_open") { WithCapability = "CAP_PERFMON" },
    ];

    /// <summary>The names of a processor and of those whose programs it runs too; those that stand here alone need no entry.</summary>
    public static ImmutableArray<string> Architectures(Architecture architecture) => architecture switch
    {
        Architecture.X64 => ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        Architecture.Arm64 => ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
        Architecture.S390x => ["SCMP_ARCH_S390X", "SCMP_ARCH_S390"],
        _ => [],
    };
}
