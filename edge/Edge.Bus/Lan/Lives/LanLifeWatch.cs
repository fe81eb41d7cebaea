namespace Edge.Bus.Lan.Lives;

/// <summary>Who wants to know which peers live.</summary>
internal sealed class LanLifeWatch(Action<LanPeerChange> handler, Action<LanLifeWatch> remove)
    : IDisposable
{
    /// <summary>Tells it.</summary>
    internal void Handle(LanPeerChange change) => handler(change);

    /// <inheritdoc/>
    public void Dispose() => remove(this);
}
