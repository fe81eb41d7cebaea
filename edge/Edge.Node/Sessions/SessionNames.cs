using System.Security.Cryptography;
using Anycast.Steering;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>Draws what a session is called and known by: its id and ICE fragments, which say where it
/// lives, and its seeds.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class SessionNames
{
    private const int SecretBytes = 32;

    private readonly Prng _random;
    private readonly Lock _lock = new();
    private readonly PopKey _key;
    private readonly PopKey? _former;
    private readonly ushort _node;

    /// <summary>Seeds itself from the operating system.</summary>
    public SessionNames(MediaNodeOptions options)
    {
        Span<byte> seed = stackalloc byte[Prng.SeedBytes];
        RandomNumberGenerator.Fill(seed);
        _random = new Prng(seed);
        _node = OwnerCode.NumberOf(options.Node);
        _key = PopKey.Create(
            OwnerCode.NumberOf(options.Pop),
            options.PopKeyId,
            options.PopSecret.IsDefaultOrEmpty
                ? RandomNumberGenerator.GetBytes(SecretBytes)
                : options.PopSecret.AsSpan()
        );
        _former = options.FormerPopSecret.IsDefaultOrEmpty
            ? null
            : PopKey.Create(_key.Pop, options.FormerPopKeyId, options.FormerPopSecret.AsSpan());
    }

    /// <summary>The keys by which codes of this PoP are read.</summary>
    public PopKeyRing Keys => _former is null ? new(_key) : new(_key, _former);

    /// <summary>A stream of randomness for one session.</summary>
    public Prng Fork()
    {
        lock (_lock)
        {
            return _random.Fork();
        }
    }

    /// <summary>An unguessable id that is safe in a URL's path.</summary>
    public string SessionId(Prng random) => OwnerCode.CreateSessionId(_key, _node, random);

    /// <summary>A fragment for a new ICE session.</summary>
    public string Fragment(Prng random) => OwnerCode.CreateFragment(_key, _node, random);
}
