using Edge.Forwarding.State;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Forwarding.LayerSelection;

/// <content>What another process needs to go on choosing. What another node had told of layers is written as if it had been
/// measured: whether anybody tells of them where it is read is another matter.</content>
public sealed partial class LayerSelector
{
    private const int Values = 6;

    /// <summary>Whether a packet came.</summary>
    internal bool IsStarted => _newestAt.IsSet;

    /// <summary>Writes it.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)_count);
        writer.Moment(_newestAt);
        writer.Moment(_checkedAt);
        writer.Duration(_line);
        var order = writer.Begin();
        for (var place = 0; place < _count; place++)
        {
            writer.UInt((ulong)_order[place]);
        }

        writer.End(order);
        var layers = writer.Begin();
        for (var index = 0; index < _count; index++)
        {
            _layers[index].Write(writer, _line);
        }

        writer.End(layers);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    internal static LayerSelector Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Values);
        var selector = new LayerSelector(default);
        selector.Restart(reader.Int32(Track.LayersMax));
        selector._newestAt = reader.Moment();
        selector._checkedAt = reader.Moment();
        selector._line = reader.Length();
        selector.ReadOrder(ref reader);
        var layers = reader.Begin(selector._count, out var count);
        for (var index = 0; index < count; index++)
        {
            selector._layers[index] = Layer.Read(ref reader);
        }

        if (count != selector._count)
        {
            reader.Break();
        }

        reader.End(layers);
        reader.End(outer);
        return selector;
    }

    /// <summary>Goes on as another one was, or takes from it what is not known here.</summary>
    /// <returns>Whether choices may change.</returns>
    internal bool Take(LayerSelector other)
    {
        if (IsStarted)
        {
            return TakeMissing(other);
        }

        _newestAt = other._newestAt;
        _checkedAt = other._checkedAt;
        _line = other._line;
        other._order.CopyTo(_order, 0);
        for (var index = 0; index < _count; index++)
        {
            var told = _layers[index];
            _layers[index] = other._layers[index];
            if (told.IsTold)
            {
                HandleTold(index, told.IsLive, told.Pixels, told.ToldRate);
            }
        }

        return true;
    }

    /// <summary>The publisher's packets come here from now on: what another node told of layers holds until they say
    /// otherwise.</summary>
    internal void EndTold()
    {
        for (var index = 0; index < _count; index++)
        {
            _layers[index].EndTold(_line);
        }
    }

    private bool TakeMissing(LayerSelector other)
    {
        for (var index = 0; index < _count; index++)
        {
            ref var layer = ref _layers[index];
            ref readonly var from = ref other._layers[index];
            layer.Pixels = layer.Pixels == 0 ? from.Pixels : layer.Pixels;
            layer.LastRate = layer.LastRate == Bitrate.Zero ? from.LastRate : layer.LastRate;
        }

        return Sort();
    }

    private void ReadOrder(ref StateReader reader)
    {
        var outer = reader.Begin(_count, out _);
        var seen = 0;
        for (var place = 0; place < _count; place++)
        {
            var layer = reader.Int32(Track.LayersMax - 1);
            _order[place] = layer;
            seen |= layer < _count ? 1 << layer : 0;
        }

        if (seen != (1 << _count) - 1)
        {
            // Each has one place.
            reader.Break();
        }

        reader.End(outer);
    }

    private partial struct Layer
    {
        private const int Values = 10;

        /// <summary>Writes it, as of a moment on the line.</summary>
        public readonly void Write(StateWriter writer, TimeSpan line)
        {
            var layer = this;
            layer.EndTold(line);
            var outer = writer.Begin();
            writer.Duration(layer.LastAt);
            layer.Cadence.Write(writer);
            writer.Bool(layer.IsLive);
            writer.Bool(layer.IsSwitchedOff);
            writer.Moment(layer.SwitchedOffAt);
            writer.UInt((ulong)layer.Pixels);
            writer.UInt((ulong)layer.Votes);
            writer.AddedRate(layer.LastRate);
            writer.Int(layer.Bytes);
            layer.WriteWindows(writer);
            writer.End(outer);
        }

        /// <summary>Reads one.</summary>
        public static Layer Read(ref StateReader reader)
        {
            var outer = reader.BeginWhole(Values);
            var layer = new Layer
            {
                LastAt = reader.Length(),
                Cadence = LayerCadence.Read(ref reader),
                IsLive = reader.Bool(),
                IsSwitchedOff = reader.Bool(),
                SwitchedOffAt = reader.Moment(),
                Pixels = reader.Int32(int.MaxValue),
                Votes = reader.Int32(VotesToReorder),
                LastRate = reader.AddedRate(),
                Bytes = reader.Int(0, uint.MaxValue),
            };
            layer.ReadWindows(ref reader);
            reader.End(outer);
            return layer;
        }

        /// <summary>What was told of it is as if it had been measured.</summary>
        public void EndTold(TimeSpan line)
        {
            if (!IsTold)
            {
                return;
            }

            IsTold = false;
            LastAt = line;
            _window = Windows;
            for (var index = 0; index < Windows; index++)
            {
                _bytes[index] = ToldRate.BytesIn(CheckInterval);
                _ticks[index] = CheckInterval.Ticks;
            }
        }

        private readonly void WriteWindows(StateWriter writer)
        {
            var outer = writer.Begin();
            writer.UInt((ulong)_window);
            for (var index = 0; index < Windows; index++)
            {
                writer.Int(_bytes[index]);
                writer.Int(_ticks[index]);
            }

            writer.End(outer);
        }

        private void ReadWindows(ref StateReader reader)
        {
            var outer = reader.Begin();
            _window = reader.Int32((2 * Windows) - 1);
            for (var index = 0; index < Windows; index++)
            {
                _bytes[index] = reader.Int(0, uint.MaxValue);
                _ticks[index] = reader.Length().Ticks;
            }

            reader.End(outer);
        }
    }
}
