using System.Collections;
using Google.Protobuf;
using Warren.Cli.Running;
using Warren.Cli.Services;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>The flags of a service's spec: every field of the API can be typed.</summary>
public sealed class FlagTests
{
    private const string Everything = """
        --name web --label a=b --mode cron --replicas 3 --priority 5 --traffic-grace 2s --completions 2 --max-concurrent 2 --retries 1 --deadline 1h --kept-runs 5
        --schedule @daily --time-zone Europe/Berlin --missed-runs skip --missed-run-limit 2h --overlap replace --suspended
        --constraint node.role==worker --placement-pref spread=node.labels.zone --placement-strategy bin-pack --replicas-max-per-node 2 --rebalance
        --restart-condition on-failure --restart-delay 1s --restart-backoff 2s --restart-backoff-factor 1.5 --restart-max-delay 3m --restart-window 1h --restart-max-attempts 4
        --update-parallelism 2 --update-order stop-first --update-delay 1s --update-monitor 2s --update-ready-timeout 1m --update-failure-action continue
        --secret source=key,target=/k,mode=0440,uid=1,gid=2,on-change=in-place,signal=HUP --config source=conf,target=/c,mode=0440,uid=1,gid=2,on-change=in-place,signal=HUP
        --entrypoint sh --env A=1 --user me --group video --workdir /w --container-label c=d --init --tty --stop-signal INT --stop-grace-period 5s
        --log-opt max-size=1m --log-opt max-file=2 --hostname h --add-host db:10.0.0.1 --network host --dns 10.0.0.2 --dns-search example --dns-option ndots:2
        --publish 10.0.0.3:80:8080/udp --mount type=tmpfs,source=x,target=/t,readonly,volume-subpath=s,bind-propagation=shared,tmpfs-size=1m,tmpfs-mode=0700
        --device /dev/a:/dev/b:r --privileged --cap-add NET_ADMIN --cap-drop ALL --seccomp unconfined --allow-new-privileges --read-only --masked-paths /m --readonly-paths /r
        --sysctl net.x=1 --ulimit nofile=1:2 --limit-cpu 0.5 --limit-memory 512m --limit-pids 10 --reserve-cpu 0.25 --reserve-memory 256m --cpu-shares 5 --shm-size 1m --oom-score-adj 7
        """;

    private const string Probe = "--{0}-interval 1s --{0}-timeout 2s --{0}-retries 4 --{0}-start-period 3s";

    [Fact]
    public void Create_EveryFlag_SetsEveryFieldOfTheSpec()
    {
        var spec = Parse($"{Everything} {Probe} --health-http https:8443/up --health-http-header Host=x --health-http-status 200-204".Replace("{0}", "health", StringComparison.Ordinal));
        Unset(spec, "").Except(["container.liveness.tcp_port", "container.liveness.exec", "container.liveness.grpc", "container.readiness.tcp_port", "container.readiness.exec", "container.readiness.grpc"])
            .ShouldBeEmpty();
        (spec.Container.Resources.CpuLimitMillicores, spec.Container.Resources.MemoryLimit, spec.Container.Mounts[0].TmpfsMode).ShouldBe((500, 512 << 20, 448));
        spec.Container.Args.ShouldBe(["-c", "sleep 1"]);
        (spec.Container.Ports[0].HostAddress, spec.Container.Ports[0].HostPort, spec.Container.Ports[0].ContainerPort).ShouldBe(("10.0.0.3", 80, 8080));
        Parse("--liveness-tcp 80 --readiness-grpc 90/ready").Container.ShouldSatisfyAllConditions(
            container => container.Liveness.TcpPort.ShouldBe(80), container => container.Readiness.Grpc.ShouldBe(new() { Port = 90, Service = "ready" }));
        Parse("--health-cmd true").Container.Readiness.Exec.ShouldBe(["/bin/sh", "-c", "true"]);
    }

    [Fact]
    public void Create_WithoutAName_TakesThatOfTheImage() => Parse("", "registry.example:5000/team/my_app:1.2").Name.ShouldBe("my-app");

    [Fact]
    public void Update_SomeFlags_ChangesTheseAlone()
    {
        var spec = Parse("--env A=1 --env B=2 --publish 80:80 --limit-cpu 1");
        var before = spec.Clone();
        var flags = ServiceFlags.Create(isUpdate: true);
        var command = new System.CommandLine.Command("update");
        flags.AddTo(command);
        flags.Apply(command.Parse("--env-add B=3 --env-rm A --image other --publish-rm 80"), spec);
        spec.Container.Env.ShouldHaveSingleItem().Value.ShouldBe("3");
        (before.Container.Image, before.Container.Resources) = ("other", spec.Container.Resources);
        before.Container.Env.Clear();
        before.Container.Env["B"] = "3";
        before.Container.Ports.Clear();
        spec.ShouldBe(before);
    }

    [Theory]
    [InlineData("1m30s", 90_000)]
    [InlineData("500ms", 500)]
    [InlineData("0", 0)]
    [InlineData("1.5h", 5_400_000)]
    public void Time_AsDockerWritesIt_IsRead(string text, int milliseconds) => Values.Time("--x", text).TotalMilliseconds.ShouldBe(milliseconds);

    [Theory]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1x")]
    [InlineData("")]
    [InlineData("-1s")]
    public void Time_NoTime_IsRefused(string text) => Should.Throw<Errors.CliException>(() => Values.Time("--x", text)).Message.ShouldStartWith("--x: must be a time");

    private static ServiceSpec Parse(string flags, string image = "nginx")
    {
        var set = ServiceFlags.Create(isUpdate: false);
        var command = new System.CommandLine.Command("create");
        set.AddTo(command);
        var parsed = command.Parse(flags.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), new() { ResponseFileTokenReplacer = null });
        parsed.Errors.ShouldBeEmpty();
        return ServiceCreate.Spec(parsed, set, image, ["-c", "sleep 1"]);
    }

    private static IEnumerable<string> Unset(IMessage message, string path)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var (at, value) = (path.Length == 0 ? field.Name : $"{path}.{field.Name}", field.Accessor.GetValue(message));
            if (field.IsMap || field.IsRepeated ? ((ICollection)value).Count == 0 : value is null or 0 or 0L or 0d or "" or false || (value is Enum && Convert.ToInt32(value, null) == 0))
            {
                yield return at;
            }
            else if ((field.IsRepeated && !field.IsMap ? ((IList)value)[0] : value) is IMessage inner && inner.Descriptor.File.Package == "warren.v1")
            {
                foreach (var below in Unset(inner, at)) yield return below;
            }
        }
    }
}
