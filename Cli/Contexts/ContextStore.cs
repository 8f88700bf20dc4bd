using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Contexts;

/// <summary>
/// The clusters that the user of the command knows: folders below <c>~/.config/warren/contexts</c> with <c>host</c>, <c>cert.pem</c>, <c>key.pem</c> and
/// <c>ca.pem</c>, and beside them the file <c>context</c> with the name of the one that is used when nothing else is said.
/// </summary>
internal sealed class ContextStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _root;

    /// <summary>That of the user.</summary>
    public ContextStore(Terminal terminal)
    {
        var home = terminal.Variable("XDG_CONFIG_HOME") is { Length: > 0 } given ? given : Path.Combine(terminal.Variable("HOME") ?? "/root", ".config");
        _root = Path.Combine(home, "warren");
    }

    /// <summary>The name of the one that is used when nothing else is said; null: none is.</summary>
    public string? Current => File.Exists(CurrentFile) && File.ReadAllText(CurrentFile).Trim() is { Length: > 0 } name ? name : null;

    private string All => Path.Combine(_root, "contexts");

    private string CurrentFile => Path.Combine(_root, "context");

    /// <summary>All names, in order.</summary>
    public IReadOnlyList<string> Names() =>
        Directory.Exists(All) ? [.. Directory.GetDirectories(All).Select(folder => Path.GetFileName(folder)).Where(name => File.Exists(Path.Combine(All, name, "host"))).Order(StringComparer.Ordinal)] : [];

    /// <summary>Reads one.</summary>
    /// <exception cref="CliException">There is none of the name, or it cannot be read.</exception>
    public ContextFiles Read(string name)
    {
        var folder = Folder(name);
        return Do(() => new ContextFiles(
            File.ReadAllText(Path.Combine(folder, "host")).Trim(), Text("cert.pem"), Text("key.pem"), Text("ca.pem")));

        string? Text(string file) => File.Exists(Path.Combine(folder, file)) ? File.ReadAllText(Path.Combine(folder, file)) : null;
    }

    /// <summary>The folder of one.</summary>
    /// <exception cref="CliException">There is none of the name.</exception>
    public string Folder(string name)
    {
        var names = Names();
        if (names.Contains(name)) return Path.Combine(All, name);
        var meant = Suggestions.For(name, names);
        throw new CliException(
            ExitCodes.NotFound, $"there is no context {name}{(meant is null ? "" : $"; did you mean '{meant}'?")}",
            names.Count == 0 ? "make one by 'warren context create', or take in a file by 'warren context import'" : $"contexts are: {string.Join(", ", names)}");
    }

    /// <summary>Keeps one, for its owner alone.</summary>
    /// <exception cref="CliException">The name is wrong or taken, or it cannot be written.</exception>
    public void Add(string name, ContextFiles files)
    {
        if (name.Length is 0 or > 63 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') || name[0] == '.')
            throw Values.Wrong("name", "1 to 63 letters, digits, '-', '_' and '.', not beginning with '.'", name);
        if (Names().Contains(name)) throw new CliException(ExitCodes.Conflict, $"there is a context {name} already", $"remove it by 'warren context remove {name}', or choose another name");
        Do(() =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(All, name), OwnerOnly | UnixFileMode.UserExecute).FullName;
            if (files.Certificate is not null) Write(Path.Combine(folder, "cert.pem"), files.Certificate);
            if (files.Key is not null) Write(Path.Combine(folder, "key.pem"), files.Key);
            if (files.Authority is not null) Write(Path.Combine(folder, "ca.pem"), files.Authority);

            // The file by which a context counts comes last: one that was written by half is none.
            Write(Path.Combine(folder, "host"), files.Host);
            return true;
        });
    }

    /// <summary>Uses one when nothing else is said; null: none.</summary>
    public void Use(string? name)
    {
        if (name is not null) _ = Folder(name);
        Do(() =>
        {
            Directory.CreateDirectory(_root);
            if (name is null) File.Delete(CurrentFile);
            else Write(CurrentFile, name);
            return true;
        });
    }

    /// <summary>Forgets one, with its key.</summary>
    public void Remove(string name)
    {
        var folder = Folder(name);
        if (Current == name) Use(null);
        Do(() =>
        {
            File.Delete(Path.Combine(folder, "host"));
            Directory.Delete(folder, recursive: true);
            return true;
        });
    }

    /// <summary>Writes a file that its owner alone can read, in one step.</summary>
    public static void Write(string path, string text)
    {
        var half = path + ".new";
        File.Delete(half);
        using (var file = new StreamWriter(new FileStream(half, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly })))
            file.WriteLine(text.Trim());
        File.Move(half, path, overwrite: true);
    }

    private static T Do<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failed, $"contexts cannot be read or written: {failure.Message}", "see who owns the folder ~/.config/warren");
        }
    }
}
