// Accepts or refuses a Xueyin log with the programs that verify Go's own checksum database.
//
//	verify -dir LOG -vkey VKEY [-old CHECKPOINT]... [-proof RECEIPT=ENTRY]...
//
// LOG is a directory in the layout of https://c2sp.org/tlog-tiles. Every leaf is read through a
// TileHashReader, which authenticates each tile against the signed root. Exit code 1: refused.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 256

// directory serves tiles from files. C2SP paths have no height: tile/0/… is Go's tile/8/0/….
type directory string

func (d directory) Height() int { return height }

func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(d), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

func main() {
	var olds, proofs list
	dir := flag.String("dir", "", "the log's directory")
	vkey := flag.String("vkey", "", "the log's verifier key")
	flag.Var(&olds, "old", "an earlier checkpoint")
	flag.Var(&proofs, "proof", "a receipt and its entry, RECEIPT=ENTRY")
	flag.Parse()
	verifier, err := note.NewVerifier(*vkey)
	if err != nil {
		refuse("key", err)
	}
	tree := openCheckpoint(filepath.Join(*dir, "checkpoint"), verifier)
	reader := tlog.TileHashReader(tree, directory(*dir))
	checkLeaves(directory(*dir), tree, reader)
	for index := int64(0); index < tree.N; index += 1 + tree.N/8 {
		checkRecord(tree, reader, index)
	}
	for _, path := range olds {
		checkOlder(tree, openCheckpoint(path, verifier), reader)
	}
	for _, pair := range proofs {
		receipt, entry, _ := strings.Cut(pair, "=")
		checkReceipt(receipt, entry, verifier)
	}
	fmt.Printf("accepted %d entries, %d checkpoints, %d receipts\n", tree.N, 1+len(olds), len(proofs))
}

func refuse(what string, err error) {
	fmt.Fprintf(os.Stderr, "refused: %s: %v\n", what, err)
	os.Exit(1)
}

func openCheckpoint(path string, verifier note.Verifier) tlog.Tree {
	data, err := os.ReadFile(path)
	if err != nil {
		refuse("checkpoint", err)
	}
	return parseCheckpoint(data, verifier)
}

func parseCheckpoint(data []byte, verifier note.Verifier) tlog.Tree {
	signed, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		refuse("checkpoint", err)
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		refuse("checkpoint", fmt.Errorf("not a checkpoint of %s", verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		refuse("checkpoint", err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		refuse("checkpoint", err)
	}
	return tlog.Tree{N: size, Hash: root}
}

// checkLeaves compares the hash of every entry in the bundles with its authenticated leaf hash.
func checkLeaves(dir directory, tree tlog.Tree, reader tlog.HashReader) {
	for start := int64(0); start < tree.N; start += width {
		count := tree.N - start
		if count > width {
			count = width
		}
		tile := tlog.Tile{H: height, L: -1, N: start / width, W: int(count)}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(string(dir), path))
		if err != nil {
			refuse("bundle", err)
		}
		var indexes []int64
		for offset := int64(0); offset < count; offset++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, start+offset))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			refuse("tile", err)
		}
		for offset := range hashes {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				refuse("bundle", fmt.Errorf("%s ends inside entry %d", path, start+int64(offset)))
			}
			length := int(binary.BigEndian.Uint16(bundle))
			if tlog.RecordHash(bundle[2:2+length]) != hashes[offset] {
				refuse("bundle", fmt.Errorf("entry %d is not the leaf", start+int64(offset)))
			}
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			refuse("bundle", fmt.Errorf("%s has more than %d entries", path, count))
		}
	}
}

func checkRecord(tree tlog.Tree, reader tlog.HashReader, index int64) {
	proof, err := tlog.ProveRecord(tree.N, index, reader)
	if err != nil {
		refuse("inclusion", err)
	}
	hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		refuse("inclusion", err)
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, hashes[0]); err != nil {
		refuse("inclusion", err)
	}
}

func checkOlder(tree, old tlog.Tree, reader tlog.HashReader) {
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		refuse("consistency", err)
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		refuse("consistency", err)
	}
}

// checkReceipt reads https://c2sp.org/tlog-proof.
func checkReceipt(receipt, entry string, verifier note.Verifier) {
	text, err := os.ReadFile(receipt)
	if err != nil {
		refuse("receipt", err)
	}
	data, err := os.ReadFile(entry)
	if err != nil {
		refuse("receipt", err)
	}
	head, checkpoint, _ := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		refuse("receipt", fmt.Errorf("not a tlog-proof"))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		refuse("receipt", err)
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			refuse("receipt", fmt.Errorf("not a hash: %s", line))
		}
		proof = append(proof, tlog.Hash(*(*[tlog.HashSize]byte)(raw)))
	}
	tree := parseCheckpoint([]byte(checkpoint), verifier)
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(data)); err != nil {
		refuse("receipt", err)
	}
}
