using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Output;
using Warren.Cli.Running;

namespace Warren.Cli.Cluster;

/// <summary>What has been issued, below <c>warren cluster certificate</c>.</summary>
internal static class CertificateListCommands
{
    /// <summary>Adds the verbs.</summary>
    public static void AddTo(Command certificate, App app)
    {
        certificate.Add(List(app));
        certificate.Add(Revoke(app));
    }

    private static Command List(App app)
    {
        var command = new Command("list", "The certificates that have not ended");
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var certificates = (await call.Manager.Cluster.ListCertificatesAsync(new(), call.Options)).Certificates;
            return shape.Show(call, certificates, certificate => certificate.Serial.Length > 0 ? certificate.Serial : certificate.Name, () =>
            {
                var table = new Table("NAME", "ROLE", "SERIAL", "ISSUED", "ENDS", "REVOKED");
                foreach (var one in certificates)
                    table.Add(one.Name, one.Role, one.Serial, Text.Ago(one.IssuedAt, call.Time), At(one.EndsAt), one.RevokedAt is null ? "" : Text.Ago(one.RevokedAt, call.Time));
                return table;
            });
        });
    }

    private static Command Revoke(App app)
    {
        var names = new Argument<string[]>("id") { Description = "Serials of certificates of clients, or ids of managers", Arity = ArgumentArity.OneOrMore };
        var confirm = new Confirmation();
        var command = new Command("revoke", "Refuse certificates from now on, on all managers; a worker is removed by: warren node remove") { names };
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            confirm.Ask(call, $"revoke for good: {string.Join(", ", call.Get(names)!)}");
            foreach (var name in call.Get(names)!)
            {
                var revoked = await call.Manager.Cluster.RevokeCertificateAsync(new() { Name = name }, call.Options);
                call.Done(name, $"the certificate of the {revoked.Role} {revoked.Name} is revoked");
            }

            return ExitCodes.Done;
        });
    }

    private static string At(Timestamp? at) => at?.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "";
}
