using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Warren.Trust.Tests;

/// <summary>Speaks as machines and managers do when one joins, by hand, so that it can say what they would not.</summary>
internal static class JoinWire
{
    /// <summary>Takes for good whoever is there, and says something to it.</summary>
    /// <returns>The answer.</returns>
    public static async Task<JsonNode> AskAsync(IPEndPoint joinPort, JsonNode request)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(joinPort);
        await using var stream = new SslStream(connection.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "warren",
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        await ReceiveAsync(stream);
        await SendAsync(stream, request);
        return await ReceiveAsync(stream);
    }

    /// <summary>What a machine says.</summary>
    public static JsonObject Request(string token, string node, byte[] signingRequest, string role = "worker") =>
        new() { ["Token"] = token, ["Node"] = node, ["Role"] = role, ["Request"] = Convert.ToBase64String(signingRequest) };

    /// <summary>A signing request for a node.</summary>
    public static byte[] Sign(ECDsa key, string node) => new CertificateRequest("CN=" + node, key, HashAlgorithmName.SHA256).CreateSigningRequest();

    public static async Task SendAsync(Stream stream, JsonNode message)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(message.ToJsonString());
        var head = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(head, body.Length);
        await stream.WriteAsync((byte[])[.. head, .. body]);
    }

    public static async Task<JsonNode> ReceiveAsync(Stream stream)
    {
        var head = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(head);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await stream.ReadExactlyAsync(body);
        return JsonNode.Parse(body)!;
    }
}
