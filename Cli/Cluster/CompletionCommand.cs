using System.CommandLine;
using Warren.Cli.Running;

namespace Warren.Cli.Cluster;

/// <summary><c>warren completion</c>: scripts that ask the command itself for what can follow.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _warren() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(warren "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _warren warren
        """;

    private const string Zsh = """
        #compdef warren
        _warren() {
          local -a words_that_fit
          words_that_fit=("${(@f)$(warren "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -- "${words_that_fit[@]}"
        }
        compdef _warren warren
        """;

    private const string Fish = """
        complete -c warren -f -a '(warren "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName warren -ScriptBlock {
          param($word, $line, $position)
          warren "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private static readonly Dictionary<string, (string Script, string Use)> s_shells = new()
    {
        ["bash"] = (Bash, "source <(warren completion bash)"),
        ["zsh"] = (Zsh, "source <(warren completion zsh)"),
        ["fish"] = (Fish, "warren completion fish | source"),
        ["pwsh"] = (Pwsh, "warren completion pwsh | Out-String | Invoke-Expression"),
    };

    /// <summary>Adds a command for each shell.</summary>
    public static Command Fill(App app, Command completion)
    {
        foreach (var (shell, (script, use)) in s_shells)
        {
            completion.Add(app.On(new(shell, use), call =>
            {
                call.Say(script);
                return Task.FromResult(ExitCodes.Done);
            }));
        }

        return completion;
    }
}
