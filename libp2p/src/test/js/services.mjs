// SPDX-License-Identifier: Apache-2.0

// What a peer serves beyond the protocols that everybody does, and the commands that drive it.

import { autoNAT } from '@libp2p/autonat'
import { autoNATv2 } from '@libp2p/autonat-v2'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import os from 'node:os'
import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { mdns } from '@libp2p/mdns'
import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import { decode } from 'multiformats/hashes/digest'

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
  if (options.kad != null) {
    chosen.kad = kadDHT({
      protocol: '/calimero/kad/1.0.0',
      clientMode: options.kad === 'client',
      // Loopback addresses are private ones, which it keeps to itself otherwise.
      peerInfoMapper: passthroughMapper,
      validators: { test: async () => {} },
      selectors: { test: () => 0 }
    })
  }
  return chosen
}

const discovered = []

/** How others are found, by the port that `options` names: on loopback only, as tests send nothing elsewhere. */
export function discovery (options) {
  if (options.mdns == null) {
    return []
  }
  const all = os.networkInterfaces
  os.networkInterfaces = () => Object.fromEntries(
    Object.entries(all()).filter(([, addresses]) => addresses.some(address => address.internal)))
  return [mdns({ port: options.mdns, interval: 1000 })]
}

const bytes = hex => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = bytes => Buffer.from(bytes).toString('hex')
const cid = multihash => CID.createV1(0x55, decode(bytes(multihash)))

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
  node.addEventListener('peer:discovery', event => {
    discovered.push({
      id: event.detail.id.toString(),
      addresses: event.detail.multiaddrs.map(String)
    })
  })
  return {
    discovered: async () => ({ peers: discovered }),
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
    addresses: async () => ({ addresses: node.getMultiaddrs().map(String) }),
    kadTable: async () => ({ size: node.services.kad.routingTable.size }),
    kadPut: async ({ key, value }) => {
      await node.contentRouting.put(bytes(key), bytes(value))
      return {}
    },
    kadGet: async ({ key }) => ({ value: hex(await node.contentRouting.get(bytes(key))) }),
    kadProvide: async ({ key }) => {
      await node.contentRouting.provide(cid(key))
      return {}
    },
    kadProviders: async ({ key }) => {
      const peers = []
      for await (const provider of node.contentRouting.findProviders(cid(key))) {
        peers.push({ id: provider.id.toString(), addresses: provider.multiaddrs.map(String) })
      }
      return { peers }
    },
    kadFindPeer: async ({ peer }) => {
      const found = await node.peerRouting.findPeer(peerIdFromString(peer))
      return { addresses: found.multiaddrs.map(String) }
    }
  }
}
