// SPDX-License-Identifier: Apache-2.0

// What a peer serves beyond the protocols that everybody does, and the commands that drive it.

import { autoNAT } from '@libp2p/autonat'
import { autoNATv2 } from '@libp2p/autonat-v2'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'

const received = []

/** What leads through relays, if `options` asks for it. */
export function circuits (options) {
  return options.circuit === true ? [circuitRelayTransport()] : []
}

/** The services that `options` asks for. */
export function services (options) {
  const chosen = {}
  if (options.gossip != null) {
    chosen.pubsub = gossipsub({
      allowPublishToZeroTopicPeers: true,
      floodPublish: true,
      ...(options.gossip === 'unsigned' ? { globalSignaturePolicy: StrictNoSign } : {})
    })
  }
  if (options.autonat === true) {
    chosen.autonat = autoNAT()
    chosen.autonat2 = autoNATv2()
  }
  if (options.relay != null) {
    chosen.relay = circuitRelayServer({ reservations: { applyDefaultLimit: options.relay === 'limited' } })
  }
  return chosen
}

/** The commands for them. */
export function commands (node) {
  const pubsub = node.services.pubsub
  pubsub?.addEventListener('message', event => {
    received.push({
      topic: event.detail.topic,
      from: event.detail.from?.toString(),
      size: event.detail.data.length,
      text: new TextDecoder().decode(event.detail.data.subarray(0, 100))
    })
  })
  return {
    subscribe: async ({ topic }) => {
      pubsub.subscribe(topic)
      return {}
    },
    publish: async ({ topic, text, size }) => {
      const data = size == null ? new TextEncoder().encode(text) : new Uint8Array(size)
      const { recipients } = await pubsub.publish(topic, data)
      return { recipients: recipients.length }
    },
    subscribers: async ({ topic }) => ({ peers: pubsub.getSubscribers(topic).map(String) }),
    mesh: async ({ topic }) => ({ peers: pubsub.getMeshPeers(topic).map(String) }),
    received: async () => ({ messages: received }),
    addresses: async () => ({ addresses: node.getMultiaddrs().map(String) })
  }
}
