using Edge.Bus.Tests.Contract;

namespace Edge.Bus.Tests.Lan;

/// <summary>The contract, held by the bus within a PoP.</summary>
public sealed class LanBusContract : NetworkBusContract
{
    /// <inheritdoc/>
    protected override Task<IBusLab> OpenAsync() => LanLab.OpenAsync();
}
