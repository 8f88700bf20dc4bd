using System.Globalization;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>Programs that stand for runc and call it, for what it does by itself too seldom or too fast.</summary>
internal static class RuncWrapper
{
    /// <summary>Makes one that is killed with runc in the middle of one command.</summary>
    /// <param name="folder">Where to put it.</param>
    /// <param name="trigger">A file with the command and the seconds after which it is killed; removed when the command comes.</param>
    /// <returns>Its path.</returns>
    public static Task<string> KillingAsync(string folder, string trigger) => MakeAsync(folder, $"""
        #!/bin/sh
        if [ -f {trigger} ]; then
          read -r command after < {trigger}
          for word in "$@"; do
            if [ "$word" = "$command" ]; then
              rm {trigger}
              runc "$@" & child=$!
              sleep "$after"
              kill -KILL $child
              kill -KILL $$
            fi
          done
        fi
        exec runc "$@"
        """);

    /// <summary>
    /// Makes one whose first create stands still for longer than anybody lets it, and that takes its time for deletions by force. What stands still
    /// outlives the one that is killed for a while, and so holds none of its outputs open.
    /// </summary>
    /// <param name="folder">Where to put it.</param>
    /// <param name="creating">A file that is made when the first create has begun.</param>
    /// <param name="clearing">The time that such a deletion takes.</param>
    /// <returns>Its path.</returns>
    public static Task<string> SlowAsync(string folder, string creating, TimeSpan clearing) => MakeAsync(folder, $"""
        #!/bin/sh
        for word in "$@"; do
          case $word in
            create) if [ ! -f {creating} ]; then touch {creating}; sleep 10 </dev/null >/dev/null 2>&1; fi ;;
            --force) sleep {clearing.TotalSeconds.ToString(CultureInfo.InvariantCulture)} ;;
          esac
        done
        exec runc "$@"
        """);

    private static async Task<string> MakeAsync(string folder, string script)
    {
        var file = Path.Combine(folder, "runc");
        await File.WriteAllTextAsync(file, script);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
