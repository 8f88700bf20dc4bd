using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster certificate</c>: a way in for another machine, as a folder that <c>--context</c> takes.</summary>
internal static class CertificateCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The command.</summary>
    public static Command Create(App app)
    {
        var name = new Argument<string>("name") { Description = "Whose it is, for the log of the managers" };
        var folder = new Argument<string>("folder") { Description = "Where host, cert.pem, key.pem and ca.pem are put; it is made" };
        var address = new Option<string>("--address") { Description = "The manager that it is for, ADDRESS[:PORT] (2377)", Required = true };
        var expires = new Option<string>("--expires") { Description = "How long it is good", HelpName = "time", DefaultValueFactory = _ => "90d" };
        var command = new Command("certificate", "Give somebody a certificate for the API: a folder to be put below ~/.config/warren/contexts") { name, folder, address, expires };
        CertificateListCommands.AddTo(command, app);
        return app.On(command, async call =>
        {
            var (path, lifetime) = (call.Get(folder)!, Values.Time("--expires", call.Get(expires)!));
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
                throw new CliException(ExitCodes.Conflict, $"{path} is not empty", "name a folder that is not there");
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256).CreateSigningRequest();
            var issued = await call.Manager.Cluster.IssueCertificateAsync(
                new() { Name = call.Get(name), SigningRequest = ByteString.CopyFrom(request), Lifetime = lifetime.ToDuration() }, call.Options);
            Write(path, call.Get(address)!, key, issued);
            call.Done(path, $"{path} has a certificate for {call.Get(name)}, good until {issued.ExpiresAt.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)}");
            return ExitCodes.Done;
        });
    }

    private static void Write(string folder, string address, ECDsa key, IssueCertificateResponse issued)
    {
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            Write("key.pem", key.ExportPkcs8PrivateKeyPem());
            Write("cert.pem", issued.Certificate);
            Write("ca.pem", issued.Authority);
            Write("host", address);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failed, $"{folder} cannot be written: {failure.Message}", "name a folder in which you may write");
        }

        void Write(string name, string text)
        {
            using var file = new StreamWriter(new FileStream(
                Path.Combine(folder, name), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }));
            file.WriteLine(text.Trim());
        }
    }
}
