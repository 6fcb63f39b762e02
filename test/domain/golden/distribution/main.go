// Reads texts, a JSON string a line, and writes what github.com/distribution/reference makes of each, a JSON object a line.
package main

import (
	_ "crypto/sha256" // go-digest knows only the algorithms that are linked in; the kubelet and the runtimes link these
	_ "crypto/sha512"
	"encoding/json"
	"io"
	"log"
	"os"

	"github.com/distribution/reference"
)

type answer struct {
	Text   string `json:"text"`
	Error  string `json:"error,omitempty"`
	Domain string `json:"domain,omitempty"`
	Path   string `json:"path,omitempty"`
	Tag    string `json:"tag,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Left out where it is the text itself.
	Familiar string `json:"familiar,omitempty"`
	// Tag that is added where neither a tag nor a digest is written.
	DefaultTag string `json:"defaultTag,omitempty"`
}

func answerTo(text string) answer {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return answer{Text: text, Error: err.Error()}
	}
	found := answer{Text: text, Domain: reference.Domain(named), Path: reference.Path(named)}
	if familiar := reference.FamiliarString(named); familiar != text {
		found.Familiar = familiar
	}
	if tagged, ok := named.(reference.Tagged); ok {
		found.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		found.Digest = digested.Digest().String()
	}
	if reference.IsNameOnly(named) {
		found.DefaultTag = reference.TagNameOnly(named).(reference.Tagged).Tag()
	}
	return found
}

func main() {
	texts, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for {
		var text string
		if err := texts.Decode(&text); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		if err := answers.Encode(answerTo(text)); err != nil {
			log.Fatal(err)
		}
	}
}
