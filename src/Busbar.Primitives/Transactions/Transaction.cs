namespace Busbar.Transactions;

/// <summary>
/// What an account wants done, all or nothing, at most once. Wire: ["busbar/transaction/1", network, account,
/// signer, intentId, [operation…], feeAsset, maxFee, feePayer or null]. spec/ledger.md#L-1.
/// </summary>
/// <param name="Network">The network it is for.</param>
/// <param name="Account">Whose account acts and pays.</param>
/// <param name="Signer">Whose key signs: the account's, or that of a delegate with a mandate.</param>
/// <param name="IntentId">Makes it happen at most once, and says until when it may.</param>
/// <param name="Operations">1 to 256, in order.</param>
/// <param name="FeeAsset">What the fee is paid in; an asset that the tariff lists.</param>
/// <param name="MaxFee">The most the fee may be, in atomic units of the fee asset.</param>
/// <param name="FeePayer">Another account that pays the fee and signs too, or null.</param>
public sealed record Transaction(
    NetworkId Network,
    Address Account,
    Address Signer,
    IntentId IntentId,
    IReadOnlyList<Operation> Operations,
    Address FeeAsset,
    Amount MaxFee,
    Address? FeePayer)
{
    /// <summary>Who is debited for the fee.</summary>
    public Address EffectiveFeePayer => FeePayer ?? Account;

    /// <summary>What every signature of the envelope is over: SHA-256 of the encoding.</summary>
    public Hash256 SigningHash()
    {
        var writer = new CanonicalWriter();
        Write(writer);
        return Hash256.Sha256(writer.WrittenSpan);
    }

    /// <summary>The id of the channel that the operation at an index opens: spec/ledger.md#L-14.</summary>
    public ChannelId ChannelIdAt(int operationIndex) =>
        ChannelIdFor(Network, Account, Signer, IntentId, operationIndex);

    /// <summary>The id of whatever the operation at an index makes: spec/ledger.md#L-14.</summary>
    public Hash256 ObjectIdAt(int operationIndex) => ObjectIdFor(
        Operations[operationIndex].Code, Network, Account, Signer, IntentId, operationIndex);

    /// <summary>The id of the stream that the operation at an index starts: spec/ledger.md#L-14.</summary>
    public StreamId StreamIdAt(int operationIndex) => new(ObjectIdAt(operationIndex));

    /// <summary>The id of the escrow that the operation at an index locks: spec/ledger.md#L-14.</summary>
    public EscrowId EscrowIdAt(int operationIndex) => new(ObjectIdAt(operationIndex));

    /// <summary>The address of the asset that the operation at an index creates: spec/ledger.md#L-101.</summary>
    public Address AssetAddressAt(int operationIndex) => AssetAddressOf(ObjectIdAt(operationIndex));

    /// <summary>The address of an asset: the last 20 bytes of its object id. spec/ledger.md#L-101.</summary>
    public static Address AssetAddressOf(Hash256 objectId) =>
        new(objectId.ToArray().AsSpan(Hash256.SizeBytes - Address.SizeBytes));

    /// <summary>The id of a channel, known before the transaction exists: its first voucher can ride in it.</summary>
    public static ChannelId ChannelIdFor(
        NetworkId network, Address account, Address signer, IntentId intentId, int operationIndex) =>
        new(ObjectIdFor(OperationCode.OpenChannel, network, account, signer, intentId, operationIndex));

    /// <summary>
    /// The id of an object, unique for ever: SHA-256 of ["busbar/object/1", code, network, account, signer, intentId,
    /// operationIndex].
    /// </summary>
    public static Hash256 ObjectIdFor(
        OperationCode code,
        NetworkId network,
        Address account,
        Address signer,
        IntentId intentId,
        int operationIndex)
    {
        var writer = new CanonicalWriter();
        writer.Array(7).Text(DomainTag.ObjectId).Number((ulong)code).Number(network.ChainId);
        writer.Address(account).Address(signer).Intent(intentId).Number((ulong)operationIndex);
        return Hash256.Sha256(writer.WrittenSpan);
    }

    /// <summary>Writes the array that is signed.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(9).Text(DomainTag.Transaction).Number(Network.ChainId).Address(Account).Address(Signer);
        writer.Intent(IntentId).Array(Operations.Count);
        foreach (var operation in Operations)
        {
            operation.Write(writer);
        }

        writer.Address(FeeAsset).Amount(MaxFee).OptionalAddress(FeePayer);
    }

    /// <summary>Reads the array; null after an error.</summary>
    public static Transaction? Read(ref CanonicalReader reader)
    {
        reader.Array(9);
        if (reader.Text(DomainTag.Transaction.Length) != DomainTag.Transaction)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var network = new NetworkId(reader.Number());
        var account = reader.Address();
        var signer = reader.Address();
        var intentId = reader.Intent();
        var operations = new List<Operation>();
        var count = reader.Array(1, Limits.OperationsPerTransaction);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (Operation.Read(ref reader) is { } operation)
            {
                operations.Add(operation);
            }
        }

        var feeAsset = reader.Address();
        var maxFee = reader.Amount();
        var feePayer = reader.OptionalAddress();
        return reader.Failed
            ? null
            : new Transaction(network, account, signer, intentId, operations, feeAsset, maxFee, feePayer);
    }
}
