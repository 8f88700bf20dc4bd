namespace Warren.Images.Registry;

/// <summary>Tokens that are still good, by what they were asked by. Bounded; the token that expires first makes room.</summary>
internal sealed class TokenCache(TimeProvider time)
{
    private const int Capacity = 256;

    // Not used in its last moments: the request that carries it takes time.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<TokenRequest, (string Token, DateTimeOffset Expires)> _tokens = [];

    public string? Find(TokenRequest request)
    {
        lock (_gate)
        {
            if (!_tokens.TryGetValue(request, out var entry)) return null;
            if (entry.Expires > time.GetUtcNow() + s_margin) return entry.Token;
            _tokens.Remove(request);
            return null;
        }
    }

    public void Add(TokenRequest request, string token, TimeSpan lifetime)
    {
        lock (_gate)
        {
            if (_tokens.Count >= Capacity && !_tokens.ContainsKey(request)) _tokens.Remove(_tokens.MinBy(entry => entry.Value.Expires).Key);
            _tokens[request] = (token, time.GetUtcNow() + lifetime);
        }
    }

    /// <summary>Forgets a token that was refused, unless another has taken its place.</summary>
    public void Remove(TokenRequest request, string token)
    {
        lock (_gate)
        {
            if (_tokens.TryGetValue(request, out var entry) && entry.Token == token) _tokens.Remove(request);
        }
    }
}
