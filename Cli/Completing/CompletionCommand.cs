using System.CommandLine;
using Warren.Cli.Running;

namespace Warren.Cli.Completing;

/// <summary><c>warren completion</c>: scripts that ask the command itself for what can follow.</summary>
internal static class CompletionCommand
{
    // Bash parts words at '=' too, and so has but what comes after it.
    private const string Bash = """
        _warren() {
          local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]#=}
          COMPREPLY=($("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null))
          if [ "${COMPREPLY[0]-}" = :file ]; then
            COMPREPLY=($(compgen -f -- "$word"))
            compopt -o filenames 2>/dev/null
          elif [[ ${line##* } == --*=* ]]; then
            COMPREPLY=("${COMPREPLY[@]#--*=}")
          elif [[ ${COMPREPLY[0]-} == *= ]]; then
            compopt -o nospace 2>/dev/null
          fi
        }
        complete -F _warren warren wrn
        """;

    // Sourced, or as a file _warren in a folder of fpath.
    private const string Zsh = """
        #compdef warren wrn
        _warren() {
          local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
          local -a answers values
          answers=(${(f)"$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
          if [[ ${answers[1]} == :file ]]; then
            compset -P '--*='
            _files
          else
            values=("${(@M)answers:#*=}")
            compadd -S '' -a values
            values=("${(@)answers:#*=}")
            compadd -a values
          fi
        }
        if [[ ${funcstack[1]} == _warren ]]; then
          _warren "$@"
        else
          (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
          compdef _warren warren wrn
        fi
        """;

    private const string Fish = """
        function __warren_complete
          set -l line (commandline -cp | string collect)
          set -l program (commandline -opc)[1]
          set -l answers ($program "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
          if test "$answers" = :file
            set -l flag (commandline -ct | string match -r -- '^--[^=]*=')
            __fish_complete_path (commandline -ct | string replace -r -- '^--[^=]*=' '') | string replace -r -- '^' "$flag"
          else
            string join -- \n $answers
          end
        end
        for name in warren wrn
          complete -c $name -f -a '(__warren_complete)'
        end
        """;

    // Where nothing is answered, PowerShell completes files by itself.
    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName warren, wrn -ScriptBlock {
          param($word, $command, $position)
          $program = $command.CommandElements[0].Extent.Text
          $line = "$command".PadRight($position - $command.Extent.StartOffset)
          & $program "[suggest:$($position - $command.Extent.StartOffset)]" $line 2>$null | Where-Object { $_ -ne ':file' } |
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
