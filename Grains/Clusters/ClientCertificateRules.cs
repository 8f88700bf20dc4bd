using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Warren.Clusters;
using Warren.Validation;

namespace Warren.Grains.Clusters;

/// <summary>The rules of <see cref="ClientCertificateRequest"/>.</summary>
internal static partial class ClientCertificateRules
{
    /// <summary>What is wrong with a request.</summary>
    public static ImmutableArray<ValidationProblem> Validate(ClientCertificateRequest request)
    {
        var problems = ImmutableArray.CreateBuilder<ValidationProblem>();
        if (!Name().IsMatch(request.Name))
            problems.Add(new("name", $"must be 1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit, was '{request.Name}'"));
        if (request.Lifetime <= TimeSpan.Zero || request.Lifetime > ClientCertificateRequest.MaxLifetime)
        {
            problems.Add(new("lifetime", string.Create(
                CultureInfo.InvariantCulture, $"must be positive and at most {ClientCertificateRequest.MaxLifetime.TotalDays} days, was {request.Lifetime}")));
        }

        try
        {
            SigningRequests.KeyOf(request.SigningRequest);
        }
        catch (CryptographicException failure)
        {
            problems.Add(new("signingRequest", $"must be a PKCS #10 request in DER, signed by its key: {failure.Message}"));
        }

        return problems.DrainToImmutable();
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z")]
    private static partial Regex Name();
}
