using System.Collections.Immutable;
using Warren.Containers;
using Warren.Grains.Tests.Testing;

namespace Warren.Grains.Tests.Containers;

public sealed class ContainerSpecValidatorTests
{
    private static readonly ContainerSpec s_plain = new() { Image = "example.test/web:1" };

    [Fact]
    public void Validate_Defaults_HasNoProblem() => ContainerSpecValidator.Validate(s_plain).ShouldBeEmpty();

    [Fact]
    public void Validate_EverythingGiven_HasNoProblem() => ContainerSpecValidator.Validate(new()
    {
        Image = "example.test/web@sha256:" + new string('0', 64),
        Command = ["/bin/web"],
        Args = ["", "a b", "😀"],
        Env = A.Map(("A", "b=c"), ("EMPTY", "")),
        User = "web:1001",
        Groups = ["staff", "7"],
        WorkingDirectory = "/srv/",
        Hostname = "Web-1.example",
        ExtraHosts = A.Map(("db", "10.0.0.1"), ("db6", "fd00::1")),
        Labels = A.Map(("team", "shop")),
        Mounts =
        [
            new() { Kind = MountKind.Volume, Source = "data", Target = "/data", Subpath = "a/b" },
            new() { Kind = MountKind.Bind, Source = "/", Target = "/host", ReadOnly = true, Propagation = MountPropagation.Slave },
            new() { Kind = MountKind.Tmpfs, Target = "/tmp", TmpfsSize = 4096, TmpfsMode = 0xFFF },
        ],
        Network = new() { DnsServers = ["1.1.1.1", "fd00::1", "9.9.9.9"], DnsSearch = ["example.test", "_tcp.example", "."], DnsOptions = ["ndots:2"] },
        Ports =
        [
            new() { ContainerPort = 80, HostPort = 8080 },
            new() { ContainerPort = 80, HostPort = 8080, Protocol = PortProtocol.Udp },
            new() { ContainerPort = 81, HostPort = 8081, HostAddress = "127.0.0.1" },
            new() { ContainerPort = 81, HostPort = 8081, HostAddress = "::1" },
            new() { ContainerPort = 65535 },
        ],
        Security = new()
        {
            AddCapabilities = ["net_admin", "CAP_SYS_TIME"],
            DropCapabilities = ["ALL"],
            Seccomp = SeccompProfile.Unconfined,
            MaskedPaths = [],
            ReadOnlyPaths = ["/proc/sys"],
            Devices = [new() { Source = "/dev/fuse", Target = "/dev/f", Access = "r" }],
            Sysctls = A.Map(("net.core.somaxconn", "1"), ("kernel.msgmax", "1"), ("fs.mqueue.msg_max", "5")),
            Ulimits = [new() { Name = "nofile", Soft = 1, Hard = 2 }, new() { Name = "core", Soft = 0, Hard = -1 }],
        },
        Resources = new()
        {
            CpuLimitMillicores = 10,
            CpuReservationMillicores = 10,
            CpuShares = 262_144,
            MemoryLimit = 6 * 1024 * 1024,
            MemoryReservation = 6 * 1024 * 1024,
            PidsLimit = 1,
            SharedMemorySize = 4096,
            OomScoreAdjustment = -1000,
        },
        StopSignal = "SIGRTMIN+3",
        StopGracePeriod = TimeSpan.Zero,
        Liveness = new() { Exec = ["/bin/true"], Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(100), Retries = 1 },
        Readiness = new() { Http = new() { Port = 80, Path = "/a?b=c", Headers = A.Map(("Host", "x")), MinStatus = 100, MaxStatus = 599 } },
        Logs = new() { MaxFileSize = 4096, MaxFiles = 1 },
    }).ShouldBeEmpty();

    [Fact]
    public void Validate_SeveralFaults_TellsAllWithTheirPaths()
    {
        var spec = s_plain with
        {
            Ports = [new() { ContainerPort = 80 }, new() { ContainerPort = 0, HostPort = 70000 }],
            Resources = new() { MemoryLimit = 1 },
            StopSignal = "SIGNOSUCH",
        };

        Texts(spec).ShouldBe(
        [
            "ports[1].containerPort: must be 1 to 65535, was 0",
            "ports[1].hostPort: must be 1 to 65535, was 70000",
            "resources.memoryLimit: must be at least 6291456, was 1",
            "stopSignal: must be a signal's name such as SIGTERM, or a number from 1 to 64, was 'SIGNOSUCH'",
        ]);
    }

    public static TheoryData<string, ContainerSpec, string> Faults { get; } = new()
    {
        { "no image", s_plain with { Image = "" }, "image: must be 1 to 512 printable characters without spaces, was ''" },
        { "image with a space", s_plain with { Image = "a b" }, "image: must be 1 to 512 printable characters without spaces, was 'a b'" },
        { "empty program", s_plain with { Command = [""] }, "command[0]: must name a program, was empty" },
        { "NUL in an argument", s_plain with { Args = ["a", "b\0"] }, "args[1]: must not contain the character NUL" },
        { "half a character", s_plain with { Args = ["\uD800x"] }, "args[0]: must be text, but holds half a character" },
        { "argument too long", s_plain with { Args = [new('x', 131072)] }, "args[0]: must be at most 131071 bytes, was 131072" },
        { "variable without a name", Env("", "x"), "env[]: must have a name without '=' and NUL, was ''" },
        { "variable name with =", Env("a=b", "x"), "env[a=b]: must have a name without '=' and NUL, was 'a=b'" },
        { "variable with NUL", Env("A", "\0"), "env[A]: must not contain the character NUL" },
        { "variable too long", Env("A", new('x', 131070)), "env[A]: must be at most 131071 bytes, was 131072" },
        { "user of three parts", s_plain with { User = "a:b:c" }, "user: must be user or user:group, names or numbers, was 'a:b:c'" },
        { "empty user", s_plain with { User = "" }, "user: must be user or user:group, names or numbers, was ''" },
        { "empty group", s_plain with { User = "a:" }, "user: must be user or user:group, names or numbers, was 'a:'" },
        { "group with a colon", s_plain with { Groups = ["a", "b:c"] }, "groups[1]: must be the name or number of a group, was 'b:c'" },
        { "relative folder", s_plain with { WorkingDirectory = "srv" }, "workingDirectory: must be an absolute path without '.', '..' and empty parts, was 'srv'" },
        { "folder with ..", s_plain with { WorkingDirectory = "/a/../b" }, "workingDirectory: must be an absolute path without '.', '..' and empty parts, was '/a/../b'" },
        { "host name", s_plain with { Hostname = "a_b" }, "hostname: must be 1 to 63 letters, digits, '-' and '.', each part beginning and ending with a letter or digit, was 'a_b'" },
        { "extra host", s_plain with { ExtraHosts = A.Map(("db", "host")) }, "extraHosts[db]: must be an IPv4 or IPv6 address, was 'host'" },
        { "reserved label", s_plain with { Labels = A.Map(("warren.task", "x")) }, "labels[warren.task]: must not begin with warren., which is for Warren's own" },

        { "mount of unknown kind", Mount(new() { Kind = (MountKind)9, Target = "/a" }), "mounts[0].kind: must be one of Volume, Bind, Tmpfs, was 9" },
        { "image without a name", s_plain with { Image = "example.test/:1" }, "image: must be an image reference, as in 'web:1' or 'registry.example/team/web:1', was 'example.test/:1': the repository '' must be of a-z and 0-9, with single '.', '_', '__' or dashes inside, its parts separated by '/'" },
        { "mount at root", Mount(Bind("/a", "/")), "mounts[0].target: must not be /; the image is mounted there" },
        { "mount in proc", Mount(Bind("/a", "/proc/sys")), "mounts[0].target: must not be in /proc, was '/proc/sys'" },
        { "two mounts at a place", s_plain with { Mounts = [Bind("/a", "/x"), Bind("/b", "/x/")] }, "mounts[1].target: must not be that of another mount, was '/x/'" },
        { "relative source", Mount(Bind("a", "/x")), "mounts[0].source: must be an absolute path without '.', '..' and empty parts, was 'a'" },
        { "no source", Mount(new() { Kind = MountKind.Bind, Target = "/x" }), "mounts[0].source: must be an absolute path without '.', '..' and empty parts, was ''" },
        { "volume name", Mount(new() { Kind = MountKind.Volume, Source = "A B", Target = "/x" }), "mounts[0].source: must be the name of a volume (1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit), was 'A B'" },
        { "tmpfs with source", Mount(new() { Kind = MountKind.Tmpfs, Source = "/a", Target = "/x" }), "mounts[0].source: must be left out with tmpfs, was '/a'" },
        { "bind with size", Mount(Bind("/a", "/x") with { TmpfsSize = 4096 }), "mounts[0].tmpfsSize: must be left out: it is for tmpfs" },
        { "bind with mode", Mount(Bind("/a", "/x") with { TmpfsMode = 1 }), "mounts[0].tmpfsMode: must be left out: it is for tmpfs" },
        { "bind with subpath", Mount(Bind("/a", "/x") with { Subpath = "b" }), "mounts[0].subpath: must be left out: it is for volumes" },
        { "tmpfs with propagation", Mount(new() { Kind = MountKind.Tmpfs, Target = "/x", Propagation = MountPropagation.Slave }), "mounts[0].propagation: must be left out: it is for bind mounts" },
        { "tmpfs too small", Mount(new() { Kind = MountKind.Tmpfs, Target = "/x", TmpfsSize = 1 }), "mounts[0].tmpfsSize: must be at least 4096, was 1" },
        { "tmpfs mode", Mount(new() { Kind = MountKind.Tmpfs, Target = "/x", TmpfsMode = 0x1000 }), "mounts[0].tmpfsMode: must be 0 to 07777, was 010000" },
        { "subpath that leaves", Mount(new() { Kind = MountKind.Volume, Source = "v", Target = "/x", Subpath = "a/../.." }), "mounts[0].subpath: must be a path inside the volume without '.', '..' and empty parts, was 'a/../..'" },

        { "name server", s_plain with { Network = new() { DnsServers = ["dns"] } }, "network.dnsServers[0]: must be an IPv4 or IPv6 address, was 'dns'" },
        { "four name servers", s_plain with { Network = new() { DnsServers = ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"] } }, "network.dnsServers: must be at most 3, since resolvers ask no more, were 4" },
        { "search domain", s_plain with { Network = new() { DnsSearch = ["a b"] } }, "network.dnsSearch[0]: must be a domain name, was 'a b'" },
        { "resolver option", s_plain with { Network = new() { DnsOptions = ["ndots 2"] } }, "network.dnsOptions[0]: must be printable characters without spaces, was 'ndots 2'" },
        { "ports with host", s_plain with { Network = new() { Mode = NetworkMode.Host }, Ports = [new() { ContainerPort = 1 }] }, "ports: must be left out with network mode host: the container listens on the node's own ports" },
        { "ports with none", s_plain with { Network = new() { Mode = NetworkMode.None }, Ports = [new() { ContainerPort = 1 }] }, "ports: must be left out with network mode none: nothing reaches the container" },
        { "same host port", s_plain with { Ports = [new() { ContainerPort = 1, HostPort = 9 }, new() { ContainerPort = 2, HostPort = 9, HostAddress = "10.0.0.1" }] }, "ports[1]: must not take the node's port 9, which ports[0] takes" },
        { "same host port by any", s_plain with { Ports = [new() { ContainerPort = 1, HostPort = 9, HostAddress = "0.0.0.0" }, new() { ContainerPort = 2, HostPort = 9, HostAddress = "10.0.0.1" }] }, "ports[1]: must not take the node's port 9, which ports[0] takes" },
        { "same port", s_plain with { Ports = [new() { ContainerPort = 1 }, new() { ContainerPort = 1 }] }, "ports[1]: must not repeat ports[0]" },
        { "host address", s_plain with { Ports = [new() { ContainerPort = 1, HostAddress = "eth0" }] }, "ports[0].hostAddress: must be an IPv4 or IPv6 address, was 'eth0'" },

        { "capability", Secure(new() { AddCapabilities = ["NET_ADMIN", "ROOT"] }), "security.addCapabilities[1]: must be a capability such as CAP_NET_ADMIN, or ALL, was 'ROOT'" },
        { "capability both ways", Secure(new() { AddCapabilities = ["NET_ADMIN"], DropCapabilities = ["cap_net_admin"] }), "security.dropCapabilities: must not hold CAP_NET_ADMIN, which addCapabilities holds" },
        { "seccomp", Secure(new() { Seccomp = (SeccompProfile)9 }), "security.seccomp: must be one of Default, Unconfined, was 9" },
        { "masked path", Secure(new() { MaskedPaths = ["proc"] }), "security.maskedPaths[0]: must be an absolute path without '.', '..' and empty parts, was 'proc'" },
        { "device access", Secure(new() { Devices = [new() { Source = "/dev/a", Access = "rr" }] }), "security.devices[0].access: must be some of r, w and m, each once, was 'rr'" },
        { "device twice", Secure(new() { Devices = [new() { Source = "/dev/a" }, new() { Source = "/dev/b", Target = "/dev/a" }] }), "security.devices[1].target: must not be that of another device, was '/dev/a'" },
        { "sysctl of the node", Secure(new() { Sysctls = A.Map(("vm.swappiness", "1")) }), "security.sysctls[vm.swappiness]: must be a setting of the container's own namespaces: net.*, fs.mqueue.*, or one of kernel.msgmax, kernel.msgmnb, kernel.msgmni, kernel.sem, kernel.shm_rmid_forced, kernel.shmall, kernel.shmmax, kernel.shmmni" },
        { "sysctl that leaves", Secure(new() { Sysctls = A.Map(("net./../vm.swappiness", "1")) }), "security.sysctls[net./../vm.swappiness]: must be a setting of the container's own namespaces: net.*, fs.mqueue.*, or one of kernel.msgmax, kernel.msgmnb, kernel.msgmni, kernel.sem, kernel.shm_rmid_forced, kernel.shmall, kernel.shmmax, kernel.shmmni" },
        { "sysctl with host", Secure(new() { Sysctls = A.Map(("net.core.somaxconn", "1")) }) with { Network = new() { Mode = NetworkMode.Host } }, "security.sysctls[net.core.somaxconn]: must be left out with network mode host: it would change the node" },
        { "sysctl without value", Secure(new() { Sysctls = A.Map(("kernel.sem", "")) }), "security.sysctls[kernel.sem]: must have a value without control characters" },
        { "ulimit", Secure(new() { Ulimits = [new() { Name = "NOFILE", Soft = 1, Hard = 1 }] }), "security.ulimits[0].name: must be one of as, core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack, was 'NOFILE'" },
        { "ulimit twice", Secure(new() { Ulimits = [new() { Name = "cpu", Soft = 1, Hard = 1 }, new() { Name = "cpu", Soft = 1, Hard = 1 }] }), "security.ulimits[1].name: must not repeat a limit, was 'cpu'" },
        { "ulimit above hard", Secure(new() { Ulimits = [new() { Name = "cpu", Soft = -1, Hard = 1 }] }), "security.ulimits[0].soft: must be at most hard, 1, was -1" },
        { "unlimited files", Secure(new() { Ulimits = [new() { Name = "nofile", Soft = 1, Hard = -1 }] }), "security.ulimits[0].hard: must be a number for nofile, was -1 (unlimited)" },

        { "cpu limit", Limit(new() { CpuLimitMillicores = 9 }), "resources.cpuLimitMillicores: must be at least 10, was 9" },
        { "cpu reservation", Limit(new() { CpuReservationMillicores = 20, CpuLimitMillicores = 10 }), "resources.cpuReservationMillicores: must be at most cpuLimitMillicores, 10, was 20" },
        { "shares", Limit(new() { CpuShares = 1 }), "resources.cpuShares: must be 2 to 262144, was 1" },
        { "memory reservation", Limit(new() { MemoryLimit = 8000000, MemoryReservation = 8000001 }), "resources.memoryReservation: must be at most memoryLimit, 8000000, was 8000001" },
        { "pids", Limit(new() { PidsLimit = 0 }), "resources.pidsLimit: must be at least 1, was 0" },
        { "shared memory", Limit(new() { SharedMemorySize = 1 }), "resources.sharedMemorySize: must be at least 4096, was 1" },
        { "oom score", Limit(new() { OomScoreAdjustment = 1001 }), "resources.oomScoreAdjustment: must be -1000 to 1000, was 1001" },

        { "signal number", s_plain with { StopSignal = "65" }, "stopSignal: must be a signal's name such as SIGTERM, or a number from 1 to 64, was '65'" },
        { "grace", s_plain with { StopGracePeriod = TimeSpan.FromSeconds(-1) }, "stopGracePeriod: must be 0 s to 1 days, was -1 s" },

        { "probe of no way", Probe(new()), "liveness: must have exactly one of http, tcpPort, exec and grpc, had 0" },
        { "probe of two ways", Probe(new() { TcpPort = 1, Exec = ["x"] }), "liveness: must have exactly one of http, tcpPort, exec and grpc, had 2" },
        { "probe without network", Probe(new() { TcpPort = 1 }) with { Network = new() { Mode = NetworkMode.None } }, "liveness: must be exec with network mode none: the agent cannot reach the container" },
        { "probe port", Probe(new() { TcpPort = 0 }), "liveness.tcpPort: must be 1 to 65535, was 0" },
        { "probe path", Probe(new() { Http = new() { Port = 1, Path = "x" } }), "liveness.http.path: must begin with '/' and be printable characters without spaces, was 'x'" },
        { "probe header", Probe(new() { Http = new() { Port = 1, Headers = A.Map(("a b", "c")) } }), "liveness.http.headers[a b]: must have the name of an HTTP header, was 'a b'" },
        { "probe header value", Probe(new() { Http = new() { Port = 1, Headers = A.Map(("a", "b\r\nc")) } }), "liveness.http.headers[a]: must have a value of printable characters" },
        { "probe status", Probe(new() { Http = new() { Port = 1, MinStatus = 300, MaxStatus = 299 } }), "liveness.http.minStatus: must be at most maxStatus, 299, was 300" },
        { "grpc service", Probe(new() { Grpc = new() { Port = 1, Service = "a b" } }), "liveness.grpc.service: must be printable characters without spaces, was 'a b'" },
        { "probe interval", Probe(new() { TcpPort = 1, Interval = TimeSpan.FromMilliseconds(99) }), "liveness.interval: must be 0.1 s to 366 days, was 0.099 s" },
        { "probe timeout", Probe(new() { TcpPort = 1, Timeout = TimeSpan.Zero }), "liveness.timeout: must be 0.1 s to 366 days, was 0 s" },
        { "probe retries", Probe(new() { TcpPort = 1, Retries = 0 }), "liveness.retries: must be at least 1, was 0" },
        { "probe start", Probe(new() { TcpPort = 1, StartPeriod = TimeSpan.FromSeconds(-1) }), "liveness.startPeriod: must be 0 s to 366 days, was -1 s" },

        { "log size", s_plain with { Logs = new() { MaxFileSize = 4095 } }, "logs.maxFileSize: must be at least 4096, was 4095" },
        { "log files", s_plain with { Logs = new() { MaxFiles = 0 } }, "logs.maxFiles: must be 1 to 1000, was 0" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_OneFault_TellsThatAlone(string fault, ContainerSpec spec, string expected) =>
        Texts(spec).ShouldBe([expected], fault);

    private static ImmutableArray<string> Texts(ContainerSpec spec) =>
        [.. ContainerSpecValidator.Validate(spec).Select(problem => problem.ToString())];

    private static ContainerSpec Env(string name, string value) => s_plain with { Env = A.Map((name, value)) };

    private static ContainerSpec Mount(MountSpec mount) => s_plain with { Mounts = [mount] };

    private static MountSpec Bind(string source, string target) => new() { Kind = MountKind.Bind, Source = source, Target = target };

    private static ContainerSpec Secure(SecuritySpec security) => s_plain with { Security = security };

    private static ContainerSpec Limit(ResourceSpec resources) => s_plain with { Resources = resources };

    private static ContainerSpec Probe(ProbeSpec probe) => s_plain with { Liveness = probe };
}
