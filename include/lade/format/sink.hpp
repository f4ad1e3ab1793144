// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <lade/format/payload.hpp>
#include <lade/model/tensor_info.hpp>

/// How a tensor travels: source -> reader of a format -> sink. Three words, and every verb is one
/// sink.
///
///     verb        sink
///     inspect     keeps names and shapes; asks no payload for bytes
///     view        keeps payload.view(); refuses payloads that have none
///     load        reads each payload into memory that it owns
///     load_into   reads the payloads whose names the user's struct has, straight into its fields
///     convert     hands each payload in blocks to the writer of another format
///
/// So a format is written once, and no verb knows a format.
namespace lade::inline LADE_ABI {

/// What a sink answers: go on, or it has what it came for.
enum class flow : bool { more, enough };

/// Takes tensors one after another, in the order of the file.
template <class S, class Payload>
concept sink = payload<Payload> && requires(S& s, tensor_info const& info, Payload& bytes) {
    { s.tensor(info, bytes) } -> std::same_as<result<flow>>;
};

}  // namespace lade::inline LADE_ABI
