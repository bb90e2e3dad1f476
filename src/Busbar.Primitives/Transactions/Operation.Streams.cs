namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>
    /// Starts a stream from the transaction's account to a payee: a deposit that accrues at a fixed rate. Its id is
    /// <see cref="Transaction.StreamIdAt"/> of this operation's index. spec/ledger.md#L-122.
    /// </summary>
    /// <param name="Payee">Who is paid.</param>
    /// <param name="Asset">What is paid.</param>
    /// <param name="Deposit">What is set aside; the stream stops by itself when it is spent.</param>
    /// <param name="Rate">Atomic units that accrue in 1,000,000 seconds.</param>
    public sealed record StartStream(Address Payee, Address Asset, Amount Deposit, Amount Rate) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.StartStream;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(5).Number((ulong)Code).Address(Payee).Address(Asset).Amount(Deposit).Amount(Rate);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new StartStream(reader.Address(), reader.Address(), reader.Amount(), reader.Amount());
    }

    /// <summary>Adds to a stream's deposit; by anybody. spec/ledger.md#L-123.</summary>
    public sealed record TopUpStream(StreamId Stream, Amount Amount) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.TopUpStream;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Code).Hash(Stream.Value).Amount(Amount);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new TopUpStream(new StreamId(reader.Hash()), reader.Amount());
    }

    /// <summary>
    /// Payer or payee ends a stream: what accrued goes to the payee, the rest to the payer. spec/ledger.md#L-124.
    /// </summary>
    public sealed record StopStream(StreamId Stream) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.StopStream;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(2).Number((ulong)Code).Hash(Stream.Value);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new StopStream(new StreamId(reader.Hash()));
    }

    /// <summary>Pays the payee what has accrued so far; by anybody. spec/ledger.md#L-125.</summary>
    public sealed record WithdrawStream(StreamId Stream) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.WithdrawStream;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(2).Number((ulong)Code).Hash(Stream.Value);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new WithdrawStream(new StreamId(reader.Hash()));
    }
}
