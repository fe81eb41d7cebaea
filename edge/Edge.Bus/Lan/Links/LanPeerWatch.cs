namespace Edge.Bus.Lan.Links;

/// <summary>Who wants to know of peers that come and go.</summary>
internal sealed class LanPeerWatch(Action<LanPeerStatus> handler, Action<LanPeerWatch> remove)
    : IDisposable
{
    /// <summary>Tells it.</summary>
    internal void Handle(LanPeerStatus status) => handler(status);

    /// <inheritdoc/>
    public void Dispose() => remove(this);
}
