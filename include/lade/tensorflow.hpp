// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The files of TensorFlow. Freezing graphs is a header of its own: lade/tensorflow/freeze.hpp.
#include <lade/tensorflow/bundle_reader.hpp>
#include <lade/tensorflow/bundle_writer.hpp>
#include <lade/tensorflow/checkpoint_reader.hpp>
#include <lade/tensorflow/checkpoint_v1_writer.hpp>
#include <lade/tensorflow/checkpoint_writer.hpp>
#include <lade/tensorflow/graph.hpp>
#include <lade/tensorflow/graph_index.hpp>
#include <lade/tensorflow/graph_reader.hpp>
#include <lade/tensorflow/graph_writer.hpp>
#include <lade/tensorflow/latest_checkpoint.hpp>
#include <lade/tensorflow/object_graph.hpp>
#include <lade/tensorflow/options.hpp>
#include <lade/tensorflow/place.hpp>
#include <lade/tensorflow/save_options.hpp>
#include <lade/tensorflow/saved_model_writer.hpp>
#include <lade/tensorflow/saver.hpp>
#include <lade/tensorflow/tags.hpp>
#include <lade/tensorflow/traits.hpp>
#include <lade/tensorflow/v1_reader.hpp>
#include <lade/tensorflow/v1_writer.hpp>
#include <lade/tensorflow/variables.hpp>
#include <lade/tensorflow/write_tensor.hpp>
